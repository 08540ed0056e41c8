import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { causeOf } from "./desk-fixture.ts";
import { defaultPolicy, riskToRaise } from "./policy.ts";
import { decideRaise } from "./raise.ts";
import { inMinutes, inSeconds, now } from "./stages/stage-fixture.ts";

const member = (risk: number, actBy = inMinutes(60), cause = "temperature") => ({
  risk,
  actBy,
  cause: causeOf({ cause }),
});
const decide = (risk: number, actBy = inMinutes(60), sureSince = now) =>
  decideRaise(member(risk, actBy), sureSince, defaultPolicy, now);

describe("when to raise", () => {
  it("never for a risk that is not worth a call, however near act-by is", () => {
    expect(decide(0.149, inMinutes(1))).toEqual({ raise: false });
    expect(decide(0.15, inMinutes(1))).toEqual({ raise: true });
  });

  it("has its own price for a false call by kind of cause", () => {
    expect(riskToRaise(defaultPolicy, "display:proj-1")).toBe(0.15);
    expect(riskToRaise(defaultPolicy, "occupied")).toBe(0.25);
    expect(riskToRaise(defaultPolicy, "sensor:air/co2_ppm")).toBe(0.25);
  });

  it("waits with a middling risk until the guard before act-by, and says until when", () => {
    expect(decide(0.5)).toEqual({ raise: false, lookAgain: inMinutes(35) });
    expect(decide(0.5, inMinutes(25))).toEqual({ raise: true });
  });

  it("raises a sure risk early, once it has lasted", () => {
    expect(decide(0.7)).toEqual({ raise: false, lookAgain: inSeconds(60) });
    expect(decide(0.7, inMinutes(90), inSeconds(-60))).toEqual({ raise: true });
    expect(decide(0.7, inMinutes(600), inSeconds(-60))).toEqual({ raise: false, lookAgain: inMinutes(510) });
    expect(decide(0.98, inMinutes(600), inSeconds(-60))).toEqual({ raise: true });
    expect(decideRaise(member(0.9), undefined, defaultPolicy, now)).toEqual({ raise: false, lookAgain: inMinutes(35) });
  });

  it("waits on past the guard while that spares more false calls than it loses visits, until nobody would come in time", () => {
    const near = (costs: number, teaches: number, arrival = inMinutes(40)) => {
      const one = member(0.6, inMinutes(10), "reset_visit:acme");
      const cause = { ...one.cause, waiting: { costs, teaches } };
      return decideRaise({ ...one, cause, arrival }, now, defaultPolicy, now);
    };
    const price = riskToRaise(defaultPolicy, "reset_visit:acme");
    expect(near(price * 0.3, 0.35)).toEqual({ raise: false, lookAgain: inMinutes(35) });
    expect(near(price * 0.4, 0.35)).toEqual({ raise: true });
    expect(near(0, 0)).toEqual({ raise: true });
    expect(near(0, 0.004 / price)).toEqual({ raise: true });
    expect(near(0, 0.9, inMinutes(4))).toEqual({ raise: true });
  });

  it("keeps a room in case from 20 min before arrival until then, for a risk worth that", () => {
    const standby = (risk: number, arrival: number) =>
      decideRaise(member(risk, inMinutes(arrival), "standby:acme"), undefined, defaultPolicy, now);
    expect(standby(0.04, 30)).toEqual({ raise: false, lookAgain: inMinutes(10) });
    expect(standby(0.04, 20)).toEqual({ raise: true });
    expect(standby(0.039, 20)).toEqual({ raise: false });
    for (const arrival of [0, -1]) {
      const late = standby(0.9, arrival);
      expect(late.raise).toBe(false);
      expect(late).not.toHaveProperty("lookAgain");
    }
  });

  it("waits for nothing where nothing is known of the arrival, and tells what is certain however far away it is", () => {
    const one = member(0.6, inMinutes(10));
    const cause = { ...one.cause, waiting: { costs: 0, teaches: 1 } };
    expect(decideRaise({ ...one, cause }, now, defaultPolicy, now)).toEqual({ raise: true });
    expect(decideRaise({ ...one, cause, arrival: inMinutes(5) }, now, defaultPolicy, now)).toEqual({ raise: true });
    expect(decide(defaultPolicy.certainRisk, inMinutes(600), inSeconds(-60))).toEqual({ raise: true });
  });

  it("once raised by time, stays raised as time goes on; and the moment it names is the moment it raises", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: -100, max: 600 }),
        fc.integer({ min: 0, max: 900 }),
        (risk, actBy, later) => {
          const one = member(risk, inMinutes(actBy));
          const first = decideRaise(one, now, defaultPolicy, now);
          const then = decideRaise(one, now, defaultPolicy, inMinutes(later));
          if (first.raise) expect(then.raise).toBe(true);
          else if (first.lookAgain !== undefined) {
            expect(decideRaise(one, now, defaultPolicy, first.lookAgain).raise).toBe(true);
            expect(decideRaise(one, now, defaultPolicy, instant(first.lookAgain - 1)).raise).toBe(false);
          } else expect(then.raise).toBe(false);
        },
      ),
    );
  });
});

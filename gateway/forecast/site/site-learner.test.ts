import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hours, instant } from "#contract/units.ts";
import { healing, noteHealing } from "./gear-knowledge.ts";
import { meetingEnds, noteMeetingEnd } from "./people-knowledge.ts";
import { SiteLearner } from "./site-learner.ts";

const runs = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 300) };
const NINE = instant(Date.UTC(2026, 10, 23, 9));
const at = (hour: number) => instant(NINE + hours(hour));

const kept = (learner: SiteLearner): SiteLearner =>
  SiteLearner.from("hq", JSON.parse(JSON.stringify(learner)) as unknown);

const lesson = fc.record({
  hour: fc.integer({ min: 0, max: 30 }),
  kind: fc.constantFrom("display", "codec", "audio"),
  left: fc.double({ min: 0, max: 600, noNaN: true }),
  ended: fc.boolean(),
});
type Lesson = typeof lesson extends fc.Arbitrary<infer T> ? T : never;

function teach(learner: SiteLearner, { kind, left, ended }: Lesson): void {
  noteHealing(learner, { kind, code: "X" }, { entered: 0, left, ended });
  noteMeetingEnd(learner, { entered: -90, left: left / 60, ended });
}
const asked = (learner: SiteLearner): number[] => [
  healing(learner, "display").ends(5, 60),
  healing(learner, "codec", "X").ends(0, 30),
  meetingEnds(learner).lasts(-5, 3),
];

describe("what a site learns", () => {
  it("takes effect at the next full hour", () => {
    const learner = new SiteLearner("hq");
    learner.turn(NINE);
    const before = asked(learner);
    for (let i = 0; i < 50; i++) teach(learner, { hour: 0, kind: "display", left: 10, ended: true });
    learner.turn(at(0.9));
    expect(asked(learner)).toEqual(before);
    learner.turn(at(1));
    expect(asked(learner)[0]).toBeGreaterThan((before[0] ?? 0) + 0.5);
  });

  it("is the same in whatever order an hour's lessons come", () => {
    fc.assert(
      fc.property(fc.array(lesson, { maxLength: 30 }), (lessons) => {
        const [one, other] = [new SiteLearner("hq"), new SiteLearner("hq")];
        for (const learner of [one, other]) learner.turn(NINE);
        for (const each of lessons) teach(one, each);
        for (const each of lessons.toReversed()) teach(other, each);
        for (const learner of [one, other]) learner.turn(at(1));
        expect(asked(one)).toEqual(asked(other));
        expect(JSON.stringify(one)).toBe(JSON.stringify(other));
      }),
      runs,
    );
  });

  it("comes back from memory at any moment, and goes on as if nothing had been", () => {
    fc.assert(
      fc.property(fc.array(lesson, { maxLength: 40 }), fc.integer({ min: 0, max: 40 }), (lessons, cut) => {
        const inOrder = lessons.toSorted((a, b) => a.hour - b.hour);
        const whole = new SiteLearner("hq");
        let restarted = new SiteLearner("hq");
        for (const [i, each] of inOrder.entries()) {
          for (const learner of [whole, restarted]) {
            learner.turn(at(each.hour));
            teach(learner, each);
          }
          if (i === cut) restarted = kept(restarted);
        }
        for (const learner of [whole, restarted]) learner.turn(at(40));
        expect(asked(restarted)).toEqual(asked(whole));
        expect(JSON.stringify(restarted)).toBe(JSON.stringify(whole));
      }),
      runs,
    );
  });

  it("says that it is learning for two weeks, also over a restart", () => {
    const learner = new SiteLearner("hq");
    learner.turn(NINE);
    expect(learner.isLearned(at(13 * 24))).toBe(false);
    expect(kept(learner).isLearned(at(14 * 24))).toBe(true);
    expect(new SiteLearner("hq").isLearned(at(1_000))).toBe(false);
  });

  it("stays small, whatever it is told", () => {
    const learner = new SiteLearner("hq");
    learner.turn(NINE);
    for (let i = 0; i < 5_000; i++)
      noteHealing(learner, { kind: `k${i}`, code: `C${i}` }, { entered: 0, left: 5, ended: true });
    expect(JSON.stringify(learner).length).toBeLessThan(200_000);
  });

  it.each([null, 7, "x", [], {}, { version: 9 }, { version: 1, since: "a", hour: 1, ledgers: {} }])(
    "begins anew on a memory that cannot be read (%j)",
    (json) => {
      const learner = SiteLearner.from("hq", json);
      learner.turn(NINE);
      expect(learner.since).toBe(NINE);
      expect(asked(learner)).toEqual(asked(new SiteLearner("hq")));
    },
  );

  it("leaves out ledgers of another shape", () => {
    const json = {
      version: 1,
      since: NINE,
      hour: 1,
      ledgers: { "heal display": [2, [0, 1]], ends: "x", over: [2, [0, null]] },
    };
    const learner = SiteLearner.from("hq", json);
    expect(asked(learner)).toEqual(asked(new SiteLearner("hq")));
  });

  it("forgets half in two months", () => {
    const learner = new SiteLearner("hq");
    learner.turn(NINE);
    learner.ledger("x", 1).add(0, 100);
    learner.turn(at(1));
    learner.turn(at(60 * 24));
    expect(learner.counts("x", 1)?.[0]).toBeCloseTo(50, 0);
  });
});

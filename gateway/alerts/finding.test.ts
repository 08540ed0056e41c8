import { describe, expect, it } from "vitest";
import type { CheckResult, RoomReadiness } from "#contract/messages/readiness.ts";
import { seconds } from "#contract/units.ts";
import { acme, clockTime, demoAt, DeskStory, type RoomState, wireTime } from "./desk-fixture.ts";
import { at, findingOf, type Member, membersOf } from "./finding.ts";

const cold: RoomState = { troubles: { acme: [{}] } };
/** The members of a judgement at a time, after something of it was changed. */
function members(time: string, state: RoomState = cold, change?: (readiness: RoomReadiness) => void): Member[] {
  const judgement = new DeskStory(time).judgement(state);
  change?.(judgement.readiness);
  return membersOf(judgement, clockTime(time));
}
const withChecks = (...checks: Partial<CheckResult>[]): Member => {
  const [member] = members("12:30", cold, ({ demos }) => {
    const [first] = demos;
    const [usual] = first?.verdict.checks ?? [];
    if (first !== undefined && usual !== undefined)
      first.verdict.checks = checks.map((each) => ({ ...usual, ...each }));
  });
  return member ?? expect.fail("nothing endangered");
};

type Reports = [device: string, metric: string, interval_s: number];

describe("what endangers a visit", () => {
  it("is a member for each cause, until the visit is over", () => {
    const two = { demos: [acme, demoAt("beta", "16:00", "17:00")], troubles: { acme: [{}, { cause: "co2" }] } };
    expect(members("12:30", two).map(({ demo, cause }) => [demo, cause.cause])).toEqual([
      ["acme", "temperature"],
      ["acme", "co2"],
    ]);
    expect([members("14:59"), members("15:00"), members("15:01")].map(({ length }) => length)).toEqual([1, 0, 0]);
  });

  it("has no act-by after arrival", () => {
    expect(members("12:30")[0]?.actBy).toBe(clockTime("13:10"));
    expect(members("12:30", { troubles: { acme: [{ actBy: "14:20" }] } })[0]?.actBy).toBe(clockTime("14:00"));
  });

  it("is silence only when all that it spoils is unknown", () => {
    expect(withChecks({ outcome: "unknown" }).isSilence).toBe(true);
    expect(withChecks({ outcome: "not_ready" }).isSilence).toBe(false);
    expect(withChecks({ outcome: "unknown" }, { outcome: "degraded" }).isSilence).toBe(false);
    expect(withChecks({ outcome: "unknown" }, { outcome: "ready" }).isSilence).toBe(true);
    expect(withChecks({ outcome: "unknown" }, { check: "co2", outcome: "not_ready" }).isSilence).toBe(true);
    expect(withChecks({ outcome: "ready" }).isSilence).toBe(false);
    expect(withChecks().isSilence).toBe(false);
  });

  it("has been so since the first of its checks has", () => {
    const since = (time: string) => ({ since: wireTime(time) });
    expect(withChecks(since("12:10"), since("12:05")).since).toBe(clockTime("12:05"));
    expect(withChecks(since("12:10"), { ...since("12:05"), outcome: "ready" }).since).toBe(clockTime("12:10"));
    expect(withChecks().since).toBe(clockTime("12:30"));
  });

  it("is heard of as often as the slowest of its evidence reports, once a minute where that is not known", () => {
    const evidence = (...some: Reports[]) => heard(["air"], ...some);
    const heard = (devices: string[], ...some: Reports[]) =>
      members("12:30", cold, (readiness) => {
        const [usual] = readiness.evidence;
        if (usual !== undefined)
          readiness.evidence = some.map(([device, metric, interval_s]) => ({ ...usual, device, metric, interval_s }));
        const verdict = readiness.demos[0]?.verdict ?? expect.fail("no verdict");
        const [check] = verdict.checks;
        if (check !== undefined)
          verdict.checks = devices.map((device) => ({ ...check, device, metric: "temperature_c" }));
      })[0]?.reportInterval;
    expect(evidence(["air", "co2_ppm", 30])).toBe(seconds(30));
    expect(evidence(["wall", "temperature_c", 20])).toBe(seconds(20));
    expect(evidence(["air", "co2_ppm", 90], ["wall", "temperature_c", 20], ["proj", "power_state", 300])).toBe(
      seconds(90),
    );
    expect(heard(["air", "proj"], ["air", "co2_ppm", 90], ["proj", "power_state", 300])).toBe(seconds(300));
    expect(evidence(["proj", "power_state", 300])).toBe(seconds(60));
    expect(evidence()).toBe(seconds(60));
    expect(members("12:30", { troubles: { acme: [{ cause: "agent:pi-3" }] } })[0]?.reportInterval).toBe(0);
  });
});

describe("the visits of one cause", () => {
  const member = (roomKey: string, actBy: string, arrival = "14:00") =>
    ({ roomKey, demo: "acme", actBy: clockTime(actBy), arrival: clockTime(arrival) }) as Member;
  const order = (...some: Member[]) => findingOf("hq", "agent:pi", some)?.members.map(({ roomKey }) => roomKey);

  it("come soonest act-by first, then by arrival, then by name, in whatever order they are told", () => {
    const [a, b, c, d] = [
      member("hq/d", "12:00", "15:00"),
      member("hq/c", "13:00", "13:30"),
      member("hq/a", "13:00"),
      member("hq/b", "13:00"),
    ];
    expect(order(a, b, c, d)).toEqual(["hq/d", "hq/c", "hq/a", "hq/b"]);
    expect(order(d, c, b, a)).toEqual(["hq/d", "hq/c", "hq/a", "hq/b"]);
    expect(order()).toBeUndefined();
    expect(order(a)).toEqual(["hq/d"]);
  });
});

it("reads an instant again and again, however many others came between", () => {
  expect(at(wireTime("12:00"))).toBe(clockTime("12:00"));
  for (let i = 0; i < 5_000; i++) at(new Date(i * 1_000).toISOString());
  expect(at(wireTime("12:00"))).toBe(clockTime("12:00"));
  expect(at("never")).toBeNaN();
});

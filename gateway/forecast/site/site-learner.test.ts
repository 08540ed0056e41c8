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

  it("begins anew on a memory of another version, or without ledgers that can be read", () => {
    const whole = { version: 1, since: NINE, hour: NINE / hours(1), ledgers: {} };
    expect(SiteLearner.from("hq", whole).since).toBe(NINE);
    for (const over of [{ version: 2 }, { ledgers: null }, { ledgers: 7 }, { hour: null }])
      expect(SiteLearner.from("hq", { ...whole, ...over }).since).toBeUndefined();
    const much = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x${i}`, [1, [0, 1]]]));
    const names = (learner: SiteLearner) => Object.keys(learner.toJSON().ledgers);
    expect(names(SiteLearner.from("hq", { ...whole, ledgers: much }))).toHaveLength(400);
    expect(names(SiteLearner.from("hq", { ...whole, ledgers: { a: "x", b: [1, [0, 1]] } }))).toEqual(["b"]);
  });

  it("remembers four hundred ledgers, and of one name the newest shape", () => {
    const learner = new SiteLearner("hq");
    for (let i = 0; i < 500; i++) learner.ledger(`x${i}`, 1).add(0);
    expect(Object.keys(learner.toJSON().ledgers)).toHaveLength(400);
    learner.ledger("x0", 2).add(1);
    learner.turn(NINE);
    expect(learner.counts("x0", 1)).toBeUndefined();
    expect(Array.from(learner.counts("x0", 2) ?? [])).toEqual([0, 1]);
  });

  it("changes what is asked only where something takes effect or fades", () => {
    const learner = new SiteLearner("hq");
    expect(learner.site).toBe("hq");
    const { revision } = learner;
    const after = (hour: number) => {
      learner.isDirty = false;
      learner.turn(at(hour));
      return [learner.revision - revision, learner.isDirty];
    };
    expect(after(0)).toEqual([1, true]);
    expect(after(0.9)).toEqual([1, false]);
    expect(after(1)).toEqual([1, false]);
    learner.ledger("x", 1).add(0, 100);
    expect(learner.isDirty).toBe(true);
    expect(after(2)).toEqual([2, true]);
    expect(after(3)).toEqual([2, false]);
    expect(learner.counts("x", 1)?.[0]).toBe(100);
    // Midnight.
    expect(after(15)).toEqual([3, true]);
    expect(learner.counts("x", 1)?.[0]).toBeCloseTo(100 * 0.5 ** (1 / 60), 2);
    expect(learner.since).toBe(NINE);
  });

  it("is fresh of what was taught before the clock was first told", () => {
    const learner = new SiteLearner("hq");
    learner.ledger("x", 1).add(0, 100);
    learner.turn(NINE);
    expect(learner.counts("x", 1)?.[0]).toBe(100);
  });

  it("fades for a year at most", () => {
    const learner = new SiteLearner("hq");
    learner.turn(NINE);
    learner.ledger("x", 1).add(0, 6_400);
    learner.turn(at(1));
    learner.turn(at(24 * 3_650));
    expect(learner.counts("x", 1)?.[0]).toBeCloseTo(6_400 * 0.5 ** (365 / 60), 0);
  });

  it("works out once what is asked of it, until something new takes effect", () => {
    const learner = new SiteLearner("hq");
    learner.turn(NINE);
    let worked = 0;
    const ask = () => learner.derived("sum", () => (worked += 1));
    expect([ask(), ask()]).toEqual([1, 1]);
    learner.turn(at(1));
    expect(ask()).toBe(1);
    learner.ledger("x", 1).add(0);
    learner.turn(at(2));
    expect([ask(), ask()]).toEqual([2, 2]);
  });

  it("goes on from what another has learned, without what it knew before", () => {
    const [one, other] = [new SiteLearner("hq"), new SiteLearner("hq")];
    one.turn(at(5));
    one.ledger("mine", 1).add(0);
    expect(one.derived("sum", () => "mine")).toBe("mine");
    other.turn(NINE);
    other.ledger("theirs", 1).add(0, 3);
    other.climate = { warm: true };
    other.turn(at(1));
    const { revision, changes } = one;
    one.takeOver(other);
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    expect(one.counts("theirs", 1)?.[0]).toBe(3);
    expect(one.derived("sum", () => "theirs")).toBe("theirs");
    expect([one.revision, one.changes]).toEqual([revision + 1, changes + 1]);
  });

  it("makes other forecasts also where somebody is called", () => {
    const learner = new SiteLearner("hq");
    learner.turn(NINE);
    const { changes } = learner;
    learner.acts.revision += 2;
    expect(learner.changes).toBe(changes + 2);
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

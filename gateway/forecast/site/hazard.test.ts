import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Hazard, hazardSize, noteSpell, type Prior, SPELL_AXIS, type Spell } from "./hazard.ts";
import { Ledger } from "./ledger.ts";

const runs = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 1_000) };
const prior: Prior = { weight: 2, lasts: (m) => Math.exp(-m / 240) };

const ledgerOf = (spells: readonly Spell[]): Ledger => {
  const ledger = new Ledger(hazardSize(SPELL_AXIS));
  for (const spell of spells) noteSpell(ledger, SPELL_AXIS, spell);
  ledger.settle();
  return ledger;
};
const learned = (spells: readonly Spell[]): Hazard => new Hazard(SPELL_AXIS, ledgerOf(spells).counts, prior);

const minute = fc.double({ min: 0, max: 3_000, noNaN: true });
const spell = fc
  .tuple(minute, minute, fc.boolean())
  .map(([a, b, ended]): Spell => ({ entered: Math.min(a, b), left: Math.max(a, b), ended }));
const spells = fc.array(spell, { maxLength: 60 });

describe("what lasts", () => {
  it("is the prior as long as nothing was seen", () => {
    const hazard = new Hazard(SPELL_AXIS, undefined, prior);
    for (const m of [1, 5, 30, 120, 600]) {
      expect(hazard.lasts(0, m)).toBeCloseTo(Math.exp(-m / 240), 6);
      expect(hazard.ends(100, 100 + m)).toBeCloseTo(1 - Math.exp(-m / 240), 6);
    }
  });

  it("ends more likely the longer one waits, always with a probability", () => {
    fc.assert(
      fc.property(spells, minute, minute, minute, (seen, age, a, b) => {
        const hazard = learned(seen);
        const [sooner, later] = [Math.min(a, b), Math.max(a, b)];
        const near = hazard.ends(age, age + sooner);
        const far = hazard.ends(age, age + later);
        expect(near).toBeGreaterThanOrEqual(0);
        expect(far).toBeLessThanOrEqual(1);
        expect(far).toBeGreaterThanOrEqual(near - 1e-12);
      }),
      runs,
    );
  });

  it("lasts until a later moment as until an earlier one, and on from there", () => {
    fc.assert(
      fc.property(spells, fc.array(minute, { minLength: 3, maxLength: 3 }), (seen, ages) => {
        const hazard = learned(seen);
        const [a = 0, b = 0, c = 0] = ages.toSorted((x, y) => x - y);
        expect(hazard.lasts(a, c)).toBeCloseTo(hazard.lasts(a, b) * hazard.lasts(b, c), 10);
      }),
      runs,
    );
  });

  it("counts the minutes that a new one lasts", () => {
    const hazard = new Hazard(SPELL_AXIS, undefined, { weight: 2, lasts: (m) => Math.exp(-m / 60) });
    expect(hazard.meanUntil(0)).toBe(0);
    expect(hazard.meanUntil(60)).toBeCloseTo(60 * (1 - Math.exp(-1)), 6);
    expect(hazard.meanUntil(5_000)).toBeCloseTo(60, 3);
  });

  it("counts them within a stretch, too, and of what never ends all", () => {
    const hazard = new Hazard(SPELL_AXIS, undefined, { weight: 2, lasts: (m) => Math.exp(-m / 60) });
    expect(hazard.meanUntil(7)).toBeCloseTo(60 * (1 - Math.exp(-7 / 60)), 6);
    const forever = new Hazard(SPELL_AXIS, undefined, { weight: 2, lasts: () => 1 });
    expect([forever.meanUntil(60), forever.meanUntil(2_000)]).toEqual([60, 2_000]);
    expect(forever.ends(0, 2_000)).toBeCloseTo(0, 12);
  });

  it("goes on after the last edge as in the stretch before it", () => {
    const slower = new Hazard(SPELL_AXIS, undefined, { weight: 2, lasts: (m) => 1 / (1 + m / 60) });
    // From 720 to 1440 min 13 of 25 last; so they do for as long again.
    expect(slower.lasts(1_440, 2_160)).toBeCloseTo(13 / 25, 6);
  });

  it("has lasted until a moment that is past, and cannot end before it", () => {
    const hazard = new Hazard(SPELL_AXIS, undefined, prior);
    expect([hazard.lasts(10, 5), hazard.lasts(10, 10)]).toEqual([1, 1]);
    expect([hazard.ends(10, 5), hazard.ends(10, 10)]).toEqual([0, 0]);
    expect(hazard.lasts(-20, 60)).toBe(hazard.lasts(0, 60));
  });

  it("notes how long it was watched, and in which stretch it ended; of one that ended before it was seen nothing", () => {
    const noted = (each: Spell): number[] => Array.from(ledgerOf([each]).counts.slice(0, 16));
    // Stretches of a minute up to six, then one of two minutes: ended, watched.
    expect(noted({ entered: 1.5, left: 3.25, ended: true })).toEqual([
      0, 0, 0, 0.5, 0, 1, 1, 0.25, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
    expect(noted({ entered: 0, left: 2, ended: false })).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(
      noted({ entered: 5, left: 5, ended: true })
        .map((n, i) => (n === 0 ? "" : i))
        .join(""),
    ).toBe("10");
    expect(noted({ entered: 5, left: 4, ended: true })).toEqual(Array.from({ length: 16 }, () => 0));
    // Ten thousand minutes are a week: what lasts for longer is forgotten, not broken.
    const { counts } = ledgerOf([{ entered: 1_440, left: 50_000, ended: false }]);
    expect(counts[counts.length - 1]).toBe(10_000);
  });

  it("finds the survival of what it has seen, flaps told from faults", () => {
    const flaps = Array.from({ length: 200 }, (_, i): Spell => ({ entered: 0, left: 1 + (i % 20) / 10, ended: true }));
    const faults = Array.from({ length: 50 }, (_, i): Spell => ({ entered: 0, left: 60 + i * 6, ended: true }));
    const hazard = learned([...flaps, ...faults]);
    expect(hazard.ends(0, 4)).toBeCloseTo(0.8, 1);
    expect(hazard.ends(5, 35)).toBeLessThan(0.03);
    expect(hazard.ends(60, 210)).toBeCloseTo(0.5, 1);
  });

  it("does not take a repair for healing", () => {
    const repaired = Array.from({ length: 100 }, (): Spell => ({ entered: 0, left: 10, ended: false }));
    expect(learned(repaired).ends(5, 30)).toBeLessThan(0.1);
    expect(learned(repaired.map((each) => ({ ...each, ended: true }))).ends(5, 30)).toBeGreaterThan(0.9);
  });

  it("does not count what it did not watch", () => {
    // Seen only when they were 30 min old: they say nothing of younger ones.
    const late = Array.from({ length: 100 }, (): Spell => ({ entered: 30, left: 40, ended: true }));
    expect(learned(late).ends(0, 10)).toBeCloseTo(1 - Math.exp(-10 / 240), 6);
    expect(learned(late).ends(31, 50)).toBeGreaterThan(0.9);
  });

  it("does not depend on the order in which it was told", () => {
    fc.assert(
      fc.property(spells, (seen) => {
        expect([...ledgerOf(seen.toReversed()).counts]).toEqual([...ledgerOf(seen).counts]);
      }),
      runs,
    );
  });
});

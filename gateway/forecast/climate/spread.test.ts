import { describe, expect, it } from "vitest";
import { Shelf } from "./shelf.ts";
import { type Circumstance, Spread } from "./spread.ts";

const options = { first: () => 1, moods: [1, 1.5, 3], least: 0.03, misses: 0.1 } as const;
const spread = (more: Partial<ConstructorParameters<typeof Spread>[1]> = {}): Spread =>
  new Spread(new Shelf(), { ...options, ...more });
const when = (hour: number, more: Partial<Circumstance> = {}, isWeekend = false): Circumstance => ({
  horizon: 0,
  mood: 0,
  target: { hour, day: isWeekend ? 6 : 1, isWeekend },
  ...more,
});
const nine = when(9.5);

describe("how wrong forecasts are", () => {
  it("is what any room's are, before anything is learned: by horizon, and larger the more it moves", () => {
    const usual = spread({ first: (min) => min / 100 });
    expect([0, 1, 2, 3, 4].map((horizon) => usual.sigma(when(9, { horizon })))).toEqual(
      [0.3, 0.6, 0.9, 1.2, 1.8].map((sigma) => expect.closeTo(sigma, 2)),
    );
    expect([0, 1, 2].map((mood) => spread().sigma(when(9, { mood })))).toEqual(
      [1, 1.5, 3].map((sigma) => expect.closeTo(sigma, 2)),
    );
  });

  it("falls with one that was right, by a prior of eighteen examples half an hour ahead", () => {
    // Reach 2.3 · e^(−0.1 · 0.08/√6) = 2.2925, usual error 17/18 of 1.645/2.3, mood 0.995.
    const one = spread();
    one.learn(nine, 0);
    expect(one.sigma(nine)).toBeCloseTo(0.9367, 2);
  });

  it("grows with one that was missed", () => {
    // Reach 2.3 · e^(0.9 · 0.08/√6) = 2.3686, usual error 0.7152 + (3 − 0.7152)/18, mood 1 + 0.005 · (4.19 − 1).
    const one = spread();
    one.learn(nine, -3);
    expect(one.sigma(nine)).toBeCloseTo(1.232, 2);
    const wild = spread();
    wild.learn(nine, 1_000);
    // Counts as six usual errors, and as six of the mood's: 0.7152 · (1 + 5/18), 1.025.
    expect(wild.sigma(nine)).toBeCloseTo((2.3686 * 0.7152 * (1 + 5 / 18) * 1.025) / 1.645, 2);
  });

  it("is learned farther ahead the more slowly", () => {
    const fall = (horizon: number): number => {
      const one = spread();
      one.learn(when(9, { horizon }), 0);
      return one.sigma(when(9, { horizon }));
    };
    // Three hours: reach −0.1 · 0.08/6, error 1/108, mood 0.995.
    expect(fall(4)).toBeCloseTo(Math.exp(-0.008 / 6) * (107 / 108) * 0.995, 2);
  });

  it("is another by hour of the working day, at night, at weekends, by horizon and by mood", () => {
    const one = spread();
    for (let n = 0; n < 40; n++) one.learn(nine, 0);
    const learned = one.sigma(nine);
    expect(one.sigma(when(9))).toBe(learned);
    // Of the same hour another mood; of the same mood another hour; both only within what widens all working hours.
    expect(one.sigma(when(9, { mood: 1 }))).toBeGreaterThan(1.5 * learned);
    expect(one.sigma(when(10))).toBeGreaterThan(2 * learned);
    expect(one.sigma(when(10))).toBeLessThan(0.8);
    for (const hour of [5.9, 21, 23]) expect(one.sigma(when(hour)) / one.sigma(when(9, {}, true))).toBeCloseTo(1, 9);
    expect(one.sigma(when(3))).toBeGreaterThan(one.sigma(when(10)));
    expect(one.sigma(when(9, { horizon: 1 }))).toBeCloseTo(1, 2);
    const night = spread();
    for (let n = 0; n < 40; n++) night.learn(when(22), 0);
    for (const hour of [3, 5.9, 21, 23]) expect(night.sigma(when(hour))).toBe(night.sigma(when(22)));
    expect(night.sigma(when(22)) / night.sigma(when(22, {}, true))).toBeLessThan(0.5);
    const [early, late] = [spread(), spread()];
    for (let n = 0; n < 40; n++) {
      early.learn(when(6), 0);
      late.learn(when(20.9), 0);
    }
    expect(early.sigma(when(6.99)) / early.sigma(when(5.99))).toBeLessThan(0.5);
    expect(late.sigma(when(20)) / late.sigma(when(21))).toBeLessThan(0.5);
  });

  it("is never below what no sensor betters, and stays finite whatever comes", () => {
    const still = spread();
    for (let n = 0; n < 4_000; n++) still.learn(nine, 0);
    expect(still.sigma(nine)).toBe(0.03);
    const wild = spread();
    for (let n = 0; n < 400; n++) wild.learn(nine, 40);
    expect(wild.sigma(nine)).toBeGreaterThan(10);
    expect(wild.sigma(nine)).toBeLessThan(600);
    // One wild day is forgotten again.
    for (let n = 0; n < 4_000; n++) wild.learn(nine, n % 2 === 0 ? 0.1 : -0.1);
    expect(wild.sigma(nine)).toBeLessThan(0.2);
  });

  it("holds nine in ten, however errors are spread", () => {
    for (const misses of [0.1, 0.3])
      for (const shape of [(u: number) => u, (u: number) => Math.sign(u) * u ** 4]) {
        const one = spread({ misses });
        let inside = 0;
        for (let n = 0; n < 6_000; n++) {
          const error = shape(2 * ((n * 0.618_033_988_75) % 1) - 1);
          if (n >= 2_000 && Math.abs(error) <= 1.645 * one.sigma(nine)) inside += 1;
          one.learn(nine, error);
        }
        expect(inside / 4_000).toBeCloseTo(1 - misses, 1);
        expect(Math.abs(inside / 4_000 - (1 - misses))).toBeLessThan(0.02);
      }
  });

  it("is learned of its own horizon, mood and half of the week, and of no other", () => {
    const places = [0, 1, 2, 3, 4].flatMap((horizon) =>
      [0, 1, 2].flatMap((mood) =>
        [when(9), when(10), when(2), when(9, {}, true)].map((each) => ({ ...each, horizon, mood })),
      ),
    );
    const learned = (circumstance: Circumstance): Circumstance[] => {
      const [one, other] = [spread(), spread()];
      for (let n = 0; n < 20; n++) one.learn(circumstance, 9);
      return places.filter((place) => one.sigma(place) !== other.sigma(place));
    };
    const expectOnly = (horizon: number, mood: number, isWork: boolean, found: Circumstance[]): void => {
      expect(new Set(found.map((each) => each.horizon))).toEqual(new Set([horizon]));
      // What widens all hours of its half of the week widens every mood; what is learned of a mood holds at all hours.
      for (const { target, mood: other } of found)
        if (other !== mood) expect(!target.isWeekend && target.hour >= 6).toBe(isWork);
      expect(found.filter((each) => each.mood === mood)).toHaveLength(4);
    };
    expectOnly(1, 2, true, learned(when(9, { horizon: 1, mood: 2 })));
    expectOnly(2, 1, false, learned(when(2, { horizon: 2, mood: 1 })));
    expectOnly(1, 1, false, learned(when(9, { horizon: 1, mood: 1 }, true)));
    const wide = spread();
    for (let n = 0; n < 20; n++) wide.learn(when(9, { horizon: 4 }), 9);
    expect(wide.sigma(when(10, { horizon: 4, mood: 1 })) / 1.5).toBeCloseTo(Math.exp((20 * 0.9 * 0.08) / 6), 1);
  });

  it("counts an error by what is usual in its mood", () => {
    const one = spread();
    one.learn(when(9, { mood: 2 }), (3 * 1.645) / 2.3);
    expect(one.sigma(when(9))).toBeCloseTo(Math.exp((-0.1 * 0.08) / Math.sqrt(6)), 2);
  });

  it("follows by a hundredth in the end, however much it has seen", () => {
    for (const seen of [255, 256, 300]) {
      const one = spread();
      for (let n = 0; n < seen; n++) one.learn(nine, 1);
      const before = one.sigma(nine);
      for (let n = 0; n < 5; n++) one.learn(nine, 0);
      // Five times 1 % of the usual error, and what five that were right take of reach and mood.
      const fall = 0.99 ** 5 * Math.exp((-0.5 * 0.08) / Math.sqrt(6)) * 0.995 ** 5;
      expect(one.sigma(nine) / before).toBeCloseTo(fall, 1);
      expect(one.sigma(nine) / before).toBeGreaterThan(0.88);
    }
  });
});

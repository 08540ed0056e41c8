import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { RoomLearner } from "../learner.ts";
import { AirBalance } from "./air-balance.ts";
import { nothingAround } from "./around.ts";
import { Shelf } from "./shelf.ts";

const start = Date.UTC(2026, 10, 23, 6);
const at = (minute: number) => instant(start + minute * 60_000);
const OUTDOOR = 420;

/** A room that airs so often an hour, with people who bring so many ppm/h while they are in. */
class Air {
  readonly learner = new RoomLearner();
  minute = 0;
  /** The booked minute at which others take over. */
  takenOver = Number.NaN;
  #ppm = OUTDOOR;
  #perHour = 2;

  get ppm(): number {
    return this.#ppm;
  }

  airs(perHour: number): this {
    this.#perHour = perHour;
    return this;
  }

  /** Lets time pass with people who bring so much, or without any. */
  passes(minutes: number, rise = 0): this {
    for (const end = this.minute + minutes; this.minute < end; this.minute++) {
      this.#ppm += (rise - this.#perHour * (this.#ppm - OUTDOOR)) / 60;
      if (this.minute % 5 === 0)
        this.learner.takeCo2(this.#ppm, at(this.minute), {
          ...nothingAround,
          occupied: rise > 0,
          begins: (from, to) => from < at(this.takenOver) && at(this.takenOver) <= to,
        });
    }
    return this;
  }

  meetings(count: number, rise: number): this {
    for (let i = 0; i < count; i++) this.passes(60, rise).passes(60);
    return this;
  }

  known() {
    return this.learner.airBalance(at(this.minute));
  }
}

describe("the balance of a room's air", () => {
  it("is known once a few meetings have shown what people bring here", () => {
    expect(new Air().meetings(2, 1_800).passes(10).known()).toBeUndefined();
    const known = new Air().meetings(12, 1_800).passes(10).known();
    expect(known?.perHour).toBeCloseTo(2, 0);
    expect(known?.people.usual.mean).toBeGreaterThan(1_500);
    expect(known?.people.usual.sd).toBeLessThan(400);
  });

  it("tells within half an hour what those who are in bring, however few usually come", () => {
    const air = new Air().meetings(12, 900).passes(35, 2_400);
    const { people, perHour = 0 } = air.known() ?? {};
    expect(people?.now(perHour).mean).toBeGreaterThan(2_000);
    expect(people?.now(perHour).sd).toBeLessThan((people?.usual.sd ?? 0) / 1.5);
    expect(people?.now(perHour, 0.5).sd).toBeLessThan(people?.now(perHour).sd ?? 0);
  });

  it("follows those who come and those who go", () => {
    const air = new Air().meetings(6, 1_200).passes(60, 2_400);
    const many = air.known()?.people.now(2).mean ?? 0;
    expect(air.passes(60, 600).known()?.people.now(2).mean).toBeLessThan(many / 2);
  });

  it("does not take those who take the room over for those who were in before", () => {
    const after = (isTold: boolean): number => {
      const air = new Air();
      for (const rise of [900, 1_500, 1_000, 1_400, 1_200, 1_100]) air.meetings(1, rise);
      air.passes(60, 300);
      air.takenOver = isTold ? air.minute : Number.NaN;
      return air.passes(15, 1_800).known()?.people.now(2).mean ?? 0;
    };
    expect(after(false)).toBeLessThan(900);
    expect(after(true)).toBeGreaterThan(1_000);
  });

  it("finds that the fan stands still by air that does not clear, and believes in it again when it does", () => {
    const air = new Air().meetings(10, 1_800).passes(60, 1_800);
    expect(air.known()?.stalled).toBeLessThan(0.05);
    air.airs(0.3).passes(45);
    expect(air.known()?.stalled).toBeGreaterThan(0.6);
    expect(air.known()?.perHour).toBeGreaterThan(1.5);
    air.airs(2).passes(60).meetings(6, 1_800);
    expect(air.known()?.stalled).toBeLessThan(0.1);
  });

  it("learns how a well-aired room airs, though its air is clean again before half an hour is over", () => {
    for (const perHour of [0.8, 2.5, 4]) {
      const known = new Air().airs(perHour).meetings(20, 1_300).passes(10).known();
      expect((known?.perHour ?? 0) / perHour).toBeGreaterThan(0.95);
      expect((known?.perHour ?? 0) / perHour).toBeLessThan(1.05);
    }
  });

  it("takes one meeting that breathed as no other for what it is", () => {
    const air = new Air().meetings(20, 1_200);
    const before = air.known()?.people.usual;
    const after = air.meetings(1, 20_000).passes(120).known()?.people.usual;
    expect(after?.mean).toBeLessThan((before?.mean ?? 0) * 1.1);
    expect(after?.sd).toBeLessThan((before?.sd ?? 0) * 1.6);
  });

  it("says nothing across a gap", () => {
    const air = new Air().meetings(6, 1_800).passes(60, 1_800);
    air.minute += 40;
    expect(air.known()).toBeUndefined();
  });
});

describe("what people bring, by hand", () => {
  const steps = (balance: AirBalance, count: number, ppm: number, perHour: number | undefined = 2): AirBalance => {
    for (let step = 0; step < count; step++) balance.take(ppm, { isOccupied: true, isTakenOver: false, perHour });
    return balance;
  };
  const fresh = (): AirBalance => new AirBalance(new Shelf());
  const empty = (balance: AirBalance, perHour: number | undefined = 2): AirBalance => {
    balance.take(1_000, { isOccupied: false, isTakenOver: false, perHour });
    return balance;
  };

  it("is half of the seats before anything was seen: 1,340 ± 600 ppm/h", () => {
    const first = { mean: 1_340, sd: expect.closeTo(600, 6) as number };
    expect(fresh().usual).toEqual(first);
    expect(steps(fresh(), 1, 1_420).now(2)).toEqual(first);
    expect(fresh().meetings).toBe(0);
  });

  it("is what is aired plus what it rises: air that stands at 1,000 ppm above outdoors, aired twice an hour, is fed 2,000", () => {
    // Six steps, each of which leaves 0.8 of what was before: 0.3074 h. ± hypot(20/0.3074, 10 % of 1,340) = 149, before ± 600.
    const balance = steps(fresh(), 7, 1_420);
    expect(balance.now(2).mean).toBeCloseTo(1_961.7, 1);
    expect(balance.now(2).sd).toBeCloseTo(144.6, 1);
    expect(balance.now(2, 0.5).sd).toBeCloseTo(132.9, 1);
    const rising = fresh();
    for (const ppm of [420, 520]) rising.take(ppm, { isOccupied: true, isTakenOver: false, perHour: 2 });
    // 100 ppm in a twelfth of an hour and 2 · 50 aired: 1,300 ± 275.
    const share = 600 ** 2 / (600 ** 2 + 240 ** 2 + 134 ** 2);
    expect(rising.now(2).mean).toBeCloseTo(1_340 + share * (1_300 - 1_340), 1);
    rising.take(620, { isOccupied: true, isTakenOver: false, perHour: 2 });
    // 0.8 · 100 + 100 ppm, aired 0.8 · 50/12 + 150/12, in 0.15 h.
    const second = 600 ** 2 / (600 ** 2 + (20 / 0.15) ** 2 + 134 ** 2);
    const seen = (180 + (2 * (0.8 * 50 + 150)) / 12) / 0.15;
    expect(rising.now(2).mean).toBeCloseTo(1_340 + second * (seen - 1_340), 1);
  });

  it("is not less than nothing", () => {
    const falling = fresh();
    for (const ppm of [2_000, 1_000]) falling.take(ppm, { isOccupied: true, isTakenOver: false, perHour: 2 });
    const share = 600 ** 2 / (600 ** 2 + 240 ** 2 + 134 ** 2);
    expect(falling.now(0.1).mean).toBeCloseTo(1_340 * (1 - share), 1);
  });

  it("is learned from each meeting that was watched for 18 minutes, the first by a quarter, none by less than 6 %", () => {
    const one = empty(steps(fresh(), 7, 1_420));
    expect(one.meetings).toBe(1);
    expect(one.usual.mean).toBeCloseTo(1_340 + 660 / 4, 1);
    expect(one.usual.sd).toBeCloseTo(Math.sqrt(0.75 * (600 ** 2 + 660 ** 2 / 4)), 1);
    expect(one.now(2)).toEqual(one.usual);
    for (let n = 0; n < 30; n++) empty(steps(one, 7, 1_420));
    const before = one.usual.mean;
    empty(steps(one, 7, 920));
    expect(one.usual.mean).toBeCloseTo(before + 0.06 * (1_000 - before), 1);
  });

  it("is not learned from one that was hardly watched, or where nobody knows how the room airs", () => {
    expect(empty(steps(fresh(), 6, 1_420)).meetings).toBe(0);
    const balance = fresh();
    steps(balance, 7, 1_420).take(1_000, { isOccupied: false, isTakenOver: false, perHour: undefined });
    expect([balance.meetings, balance.usual.mean]).toEqual([0, 1_340]);
  });

  it("is not told across a step without a value, nor across a gap", () => {
    const skipped = steps(fresh(), 1, 420);
    skipped.skip();
    expect(steps(skipped, 1, 2_000).now(2)).toEqual(fresh().usual);
    expect(steps(skipped, 6, 2_000).now(2).mean).toBeGreaterThan(2_500);
    const broken = steps(fresh(), 7, 1_420);
    broken.breakOff();
    expect(broken.now(2)).toEqual(fresh().usual);
    expect(empty(broken).meetings).toBe(0);
  });

  it("speaks for so much airing as makes it usual, once it was watched for 18 minutes", () => {
    const balance = steps(fresh(), 7, 1_420);
    // Fed 2,000 if aired twice an hour, 300 if 0.3 times; usual 1,340 ± hypot(600, 65). (1.094² − 1.723²) / 2.
    expect(balance.speaksFor(0.3, 2)).toBeCloseTo(-0.887, 2);
    expect(balance.speaksFor(2, 0.3)).toBeCloseTo(0.887, 2);
    expect([balance.speaksFor(20, 2), balance.speaksFor(2, 20)]).toEqual([-4, 4]);
    expect(steps(fresh(), 6, 1_420).speaksFor(2, 20)).toBe(0);
  });
});

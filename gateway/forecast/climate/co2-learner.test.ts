import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { type Around, nothingAround } from "./around.ts";
import { Co2Learner } from "./co2-learner.ts";
import { HORIZONS_MIN, middleOf } from "./grid.ts";
import { FIRST, HeardRoom, START } from "./heard-room-fixture.ts";
import { Shelf } from "./shelf.ts";

const OUTDOOR = 420;
const KEEP = Math.exp(-0.25);
const reach = (steps: number): number => (0.85 * (1 - 0.85 ** steps)) / 0.15;
const all = (each: (min: number) => number, digits = 0) =>
  HORIZONS_MIN.map((min) => expect.closeTo(each(min), digits) as number);
/** What airing at 0.5/h takes of what is above outdoor air. */
const aired = (min: number): number => 1 - Math.exp((-0.5 * min) / 60);
const priorSigma = (min: number): number => Math.hypot(30, 95 * Math.sqrt(min / 60));

/** A room whose CO₂ is heard once in each step of five minutes. */
class Room extends HeardRoom<Co2Learner> {
  constructor(around: Partial<Around> = {}) {
    super(new Co2Learner(new Shelf()), around);
  }
}

describe("a room's CO₂, before anything is learned of it", () => {
  it("is the mean of what five experts say, of whom one airs the empty room every two hours", () => {
    expect(new Room().hears(1_020).means).toEqual(all((min) => 1_020 - (600 * aired(min)) / 5));
  });

  it("follows its trend, as one of the five", () => {
    const trend = 12 * (1 - KEEP);
    expect(new Room().hears(1_000, 1_012).means).toEqual(
      all((min) => 1_012 + (trend * reach(min / 5) - 592 * aired(min)) / 5),
    );
  });

  it("goes on, while people are in, to where its rise leads, as one of six", () => {
    const trend = 60 * (1 - KEEP);
    // What rises by so much an hour while half of it is aired an hour, ends twice as high.
    const ceiling = (trend * 12) / 0.5;
    const expected = all((min) => 1_060 + (ceiling * aired(min) + trend * reach(min / 5) - 640 * aired(min)) / 6);
    expect(new Room({ occupied: true }).hears(1_000, 1_060).means).toEqual(expected);
    expect(new Room({ people: 3 }).hears(1_000, 1_060).means).toEqual(expected);
    const falling = new Room({ occupied: true }).hears(1_060, 1_048);
    expect(falling.means).toEqual(all((min) => 1_048 + (-12 * (1 - KEEP) * reach(min / 5) - 628 * aired(min)) / 6));
  });

  it("goes on until the booking ends, and is aired then", () => {
    const spans: number[] = [];
    const booked = (from: number, to: number): number => {
      spans.push((from - START) / 60_000, (to - from) / 60_000);
      return 0.5;
    };
    const trend = 60 * (1 - KEEP);
    const room = new Room({ occupied: true, booked }).hears(1_000, 1_060);
    expect(room.means).toEqual(
      all((min) => {
        const peak = 640 + ((trend * 12) / 0.5) * aired(min / 2);
        const approach = peak * (1 - aired(min / 2)) - 640;
        return 1_060 + (approach + trend * reach(min / 5) - 640 * aired(min)) / 6;
      }),
    );
    expect(spans.slice(-10)).toEqual(HORIZONS_MIN.flatMap((min) => [7.5, min]));
  });

  it("is empty where nobody is seen, whatever is counted, and where nothing is known of people", () => {
    const sigma = (around: Partial<Around>): number => new Room(around).hears(1_000).sigmas[0] ?? 0;
    for (const around of [{}, { occupied: false }, { people: 0 }, { occupied: false, people: 3 }])
      expect(sigma(around)).toBeCloseTo(priorSigma(30), 0);
    for (const around of [{ occupied: true }, { people: 1 }, { occupied: true, people: 0 }])
      expect(sigma(around) / (3 * priorSigma(30))).toBeCloseTo(1, 2);
  });

  it("is half as uncertain again where the air moves, from 15 ppm in half an hour on", () => {
    const sigmas = (second: number): number[] => new Room().hears(1_000, second).sigmas;
    expect(sigmas(1_011)).toEqual(all(priorSigma, -0.5));
    expect((sigmas(1_012)[1] ?? 0) / (1.5 * priorSigma(60))).toBeCloseTo(1, 2);
    expect((sigmas(988)[1] ?? 0) / (1.5 * priorSigma(60))).toBeCloseTo(1, 2);
    expect(Array.from(new Co2Learner(new Shelf()).curve().sigmas)).toEqual(all(priorSigma, 3));
  });

  it("does not get better than outdoor air, but for what a sensor is off", () => {
    const { learner, means } = new Room().hears(700, 440);
    expect(means.at(-1)).toBeCloseTo(learner.air.floorPpm - 30, 0);
    const low = new Room().hears(430, 385);
    expect(low.means).toEqual(all(() => 385, 3));
  });

  it("is read at any moment, and is not known where nothing was heard for half an hour", () => {
    const { learner } = new Room().hears(1_000, 1_012);
    const { means, from, value } = learner.curve();
    expect([from, value]).toEqual([middleOf(FIRST + 1), 1_012]);
    const at = (min: number) => learner.expect(instant(from + min * 60_000), instant(from))?.mean;
    expect(at(30)).toBeCloseTo(means[0] as number, 6);
    expect(at(45)).toBeCloseTo(((means[0] as number) + (means[1] as number)) / 2, 6);
    const late = instant(from + 28 * 60_000);
    expect(learner.expect(late, late)).toBeUndefined();
    expect(learner.points).toBe(2);
  });

  it("says when a step is over, and nothing before", () => {
    const { learner } = new Room();
    const take = (min: number): boolean => learner.take(800, instant(START + min * 60_000), nothingAround);
    expect([take(0), take(1), take(5), take(7), take(10)]).toEqual([false, false, true, false, true]);
  });
});

/** A room that is fed so many ppm an hour by whoever is in, and aired so often an hour. */
function* breathed(perHour: number, fed: (minute: number) => number): Generator<number> {
  let ppm = OUTDOOR;
  for (let minute = 0; ; minute += 5) {
    yield ppm;
    for (let i = 0; i < 5; i++) ppm += (fed(minute + i) - perHour * (ppm - OUTDOOR)) / 60;
  }
}

/** Lives so many days with people at these minutes of the day; tells how far off each horizon was on the last, and as-now. */
function lived(
  days: number,
  isIn: (minute: number) => boolean,
  tells = true,
): { missed: number[]; asNow: number[]; room: Room } {
  const room = new Room();
  const air = breathed(1.5, (minute) => (isIn(minute) ? 1_500 : 0));
  const values: number[] = Array.from({ length: days * 288 + 37 }, () => air.next().value as number);
  const [missed, asNow] = [HORIZONS_MIN.map(() => 0), HORIZONS_MIN.map(() => 0)];
  for (let i = 0; i < days * 288; i++) {
    if (tells) room.around = { ...nothingAround, occupied: isIn(i * 5) };
    room.hears(values[i] as number);
    if (i < (days - 1) * 288) continue;
    for (const [h, min] of HORIZONS_MIN.entries()) {
      const came = values[i + min / 5] as number;
      missed[h] = (missed[h] as number) + Math.abs((room.means[h] as number) - came);
      asNow[h] = (asNow[h] as number) + Math.abs((values[i] as number) - came);
    }
  }
  return { missed, asNow, room };
}

describe("what a room's air teaches", () => {
  const daily = (minute: number): boolean => minute % 1_440 >= 180 && minute % 1_440 < 420;

  it("is its day: meetings at the same hours are foretold to a fifth of what as-now misses, from an hour on to an eighth, and that is known", () => {
    const { missed, asNow, room } = lived(5, daily);
    for (const [h, min] of HORIZONS_MIN.entries()) {
      expect((missed[h] as number) / (asNow[h] as number)).toBeLessThan(h === 0 ? 1 / 5 : 1 / 8);
      expect(room.sigmas[h]).toBeLessThan(priorSigma(min) / 5);
    }
  });

  it("is how it airs and fills: what no clock tells is foretold better by who is in", () => {
    const irregular = (minute: number): boolean => Math.sin(Math.floor(minute / 90) ** 2) > 0.2;
    const [told, untold] = [lived(5, irregular), lived(5, irregular, false)];
    expect(told.room.learner.air.perHour).toBeCloseTo(1.5, 0);
    expect((told.missed[0] as number) / (told.asNow[0] as number)).toBeLessThan(0.65);
    expect(told.missed[0] as number).toBeLessThan((untold.missed[0] as number) * 0.85);
  });

  it("is the balance of its air, once a decay has shown how it airs", () => {
    const { room } = lived(3, daily);
    const known = room.learner.known(room.now);
    expect(known?.perHour).toBeCloseTo(1.5, 0);
    expect(known?.perHourSd).toBe(room.learner.air.sd);
    expect(known?.stalled).toBeLessThan(0.02);
    expect(known?.people).toBe(room.learner.balance);
    // The first meeting was over before anybody knew how the room airs.
    expect(known?.people.meetings).toBe(2);
    expect(room.learner.known(instant(room.now + 31 * 60_000))).toBeUndefined();
    expect(new Room().hears(600).learner.known(instant(START))).toBeUndefined();
  });

  it("is nothing across a gap: no decay, nobody who is in, no half hour that moved", () => {
    const across = (steps: number) => {
      const room = new Room({ occupied: true }).hears(...Array.from({ length: 8 }, () => 1_420));
      const before = room.learner.balance.now(2);
      room.waits(steps).hears(1_800);
      return { before, after: room.learner.balance.now(2), usual: room.learner.balance.usual };
    };
    const gap = across(5);
    expect(gap.before).not.toEqual(gap.usual);
    expect(gap.after).toEqual(gap.usual);
    // What it rose by over a step without a value is not what those who are in bring in five minutes.
    const bridged = across(2);
    expect(bridged.after.mean).toBeGreaterThan(bridged.usual.mean + 500);
    expect(bridged.after.mean).toBeLessThan(bridged.before.mean + 50);
    const decay = new Room({ occupied: false }).hears(1_420, 1_380);
    decay.waits(5).hears(1_000, 950, 900, 850);
    expect(decay.learner.air.perHour).toBeUndefined();
  });

  it("is learned from half an hour on: before, seven steps of a room that only rises change no expert's weight", () => {
    // After six steps nothing came due; the eighth knows of one half hour, and trusts who followed the trend a little more.
    const rise = (steps: number): number => {
      const room = new Room().hears(...Array.from({ length: steps }, (_, i) => 600 + 40 * i));
      const value = 600 + 40 * (steps - 1);
      const trend = 40 * (1 - KEEP ** (steps - 1));
      const plain = (trend * reach(6) - (value - OUTDOOR) * aired(30)) / 5;
      return (room.means[0] ?? 0) - value - plain;
    };
    for (const steps of [2, 4, 6]) expect(Math.abs(rise(steps))).toBeLessThan(0.5);
    expect(rise(7)).toBeGreaterThan(2);
    expect(rise(12)).toBeGreaterThan(rise(7));
  });
});

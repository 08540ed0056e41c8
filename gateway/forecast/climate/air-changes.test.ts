import { describe, expect, it } from "vitest";
import { AirChanges, hardly } from "./air-changes.ts";
import { Shelf } from "./shelf.ts";

const OUTDOOR = 420;

/** Steps of five minutes with their CO₂, in a room that has been empty for a while. */
function watched(...values: (readonly [step: number, ppm: number])[]): AirChanges {
  const air = new AirChanges(new Shelf());
  air.take(-1, 420, true);
  for (const [step, ppm] of values) air.take(step, ppm, true);
  return air;
}
/** An empty room that airs once an hour, in half an hour from 1,420 ppm: e^−0.5 of the 1,000 ppm above outdoor air are left. */
const ONCE = [
  [0, 1_420],
  [6, 420 + 1_000 * Math.exp(-0.5)],
] as const;

describe("how often an empty room's air changes", () => {
  it("is not known before a decay was seen, but how far off a first guess is", () => {
    const air = watched();
    expect(air.perHour).toBeUndefined();
    expect([air.sd, air.floorPpm]).toEqual([1, 420]);
  });

  it("is measured over half an hour, and weighed against 1.2/h by how well each is known", () => {
    // Error 20 ppm · hypot(1/1000, 1/606.5) / 0.5 h = 0.0771/h, before 1/h and 8 % of it: 99.41 % of the way from 1.2 to 1.
    const air = watched(...ONCE);
    expect(air.perHour).toBeCloseTo(1.0012, 4);
    expect(air.sd).toBeCloseTo(0.0769, 4);
    expect(watched(ONCE[0], [5, ONCE[1][1]]).perHour).toBeUndefined();
    expect(watched(ONCE[0], [12, 800]).perHour).toBeDefined();
    expect(watched(ONCE[0], [13, 800]).perHour).toBeUndefined();
  });

  it("strays by 8 % from one decay to the next, and counts each decay once", () => {
    const air = watched(...ONCE, [7, 1_000]);
    expect(air.perHour).toBeCloseTo(1.0012, 4);
    // Error 0.191/h, before hypot(0.0769, 0.0801) = 0.111/h: 2/h counts as 1 + 2.5 · 0.221, and that by a quarter.
    air.take(12, 420 + 606.53 * Math.exp(-1), true);
    expect(air.perHour).toBeCloseTo(1.1407, 3);
    expect(air.sd).toBeCloseTo(0.096, 3);
  });

  it("counts a decay that is far off for two and a half standard errors at the most", () => {
    // From 10,000 to 550 ppm: ln(9580/130)/0.5 h = 8.6/h, error 0.308/h; counts as 1.2 + 2.5 · √(1.0092 + 0.0947), 91.4 % of it.
    expect(watched([0, 10_000], [6, 550]).perHour).toBeCloseTo(3.601, 2);
  });

  it("is told by air from 130 ppm above outdoors on", () => {
    expect(watched([0, 550], [6, 550]).perHour).toBeCloseTo(0.19, 2);
    expect(watched([0, 549], [6, 549]).perHour).toBeUndefined();
  });

  it("is told over a shorter time where the air is clean sooner, ten minutes at least", () => {
    // ln(1000/100)/0.25 h = 9.2/h, error 20 · hypot(1/1000, 1/100)/0.25 h = 0.804/h: counts as 1.2 + 2.5 · √(1.0092 + 0.646), 61 % of it.
    expect(watched([0, 1_420], [1, 700], [3, 520]).perHour).toBeCloseTo(3.161, 3);
    expect(watched([0, 560], [1, 500]).perHour).toBeUndefined();
    // ln(140/70)/(1/6 h) = 4.2/h, error 20 · hypot(1/140, 1/70)/(1/6 h) = 1.92/h: 1.0092/(1.0092 + 3.67) of the way from 1.2.
    expect(watched([0, 560], [1, 500], [2, 490]).perHour).toBeCloseTo(1.84, 1);
    // What is left below 40 ppm counts as 40.
    expect(watched([0, 560], [2, 421]).perHour).toBe(watched([0, 560], [2, 460]).perHour);
  });

  it("is not told by the step in which people left: they breathed in it yet", () => {
    const air = new AirChanges(new Shelf());
    air.take(0, 1_420, false);
    air.take(1, 1_420, true);
    for (const [step, ppm] of ONCE) air.take(step + 2, ppm, true);
    expect(air.perHour).toBeCloseTo(watched(...ONCE).perHour ?? 0, 6);
    const early = new AirChanges(new Shelf());
    early.take(0, 1_420, false);
    early.take(1, 1_420, true);
    early.take(7, 1_026, true);
    expect(early.perHour).toBeUndefined();
  });

  it("is told by no decay that people, a rise or a gap have ended", () => {
    const [from, to] = ONCE;
    expect(watched(from, [3, 1_440], to).perHour).toBeDefined();
    expect(watched(from, [3, 1_441], to).perHour).toBeUndefined();
    const people = watched(from);
    people.take(3, 1_200, false);
    people.take(6, to[1], true);
    expect(people.perHour).toBeUndefined();
    const gap = watched(from);
    gap.breakOff();
    gap.take(6, to[1], true);
    expect(gap.perHour).toBeUndefined();
  });

  it("lies between a tenth and eight", () => {
    const still = watched(...Array.from({ length: 20 }, (_, i) => [6 * i, 1_420] as const));
    expect(still.perHour).toBeCloseTo(0.1, 6);
    const gale = watched();
    for (let i = 0; i < 40; i++) {
      gale.take(20 * i, 9_000, true);
      gale.take(20 * i + 6, 551, true);
    }
    expect(gale.perHour).toBeCloseTo(8, 6);
  });
});

describe("what the sensor reads of outdoor air", () => {
  it("is followed down by a fiftieth, up by a five-thousandth, and never beyond 350 to 600 ppm", () => {
    const air = watched([0, 1_420]);
    expect(air.floorPpm).toBeCloseTo(420.2, 3);
    air.take(1, 320.2, true);
    expect(air.floorPpm).toBeCloseTo(418.2, 3);
    for (let step = 2; step < 400; step++) air.take(step, 100, false);
    expect(air.floorPpm).toBe(350);
    for (let step = 400; step < 800; step++) air.take(step, 9_000, false);
    expect(air.floorPpm).toBe(600);
  });
});

describe("whether a room is hardly aired today", () => {
  it("is one in a hundred at rest, and a sixth of its rate where it is so", () => {
    expect(watched().stalled(0, 1_000)).toBeCloseTo(0.00995, 5);
    expect([hardly(2), hardly(1), hardly(0.5)]).toEqual([0.3, 0.15, 0.1]);
  });

  it("is told by a decay that is under way, from a quarter of an hour on, and by what else speaks for it", () => {
    const air = watched(...ONCE, [20, 1_420]);
    expect(air.stalled(22, 1_300)).toBeCloseTo(0.00995, 5);
    // Left of 1,000 ppm: 778.6 as usual, ±49.5; 963.2 with a still fan, ±53.9. (2.05² − 1.54²) / 2 = 0.906, on −4.6.
    expect(air.stalled(23, 1_300)).toBeCloseTo(0.0243, 4);
    expect(air.stalled(23, 1_300, 2)).toBeCloseTo(0.1552, 3);
    // No decay says more than six: e^(−4.6 ± 6).
    expect(air.stalled(23, 1_420)).toBeCloseTo(0.802, 3);
    expect(air.stalled(26, 700)).toBeCloseTo(0.000025, 6);
  });

  it("is weighed against a rate that may be off by 15 % at the least", () => {
    // Twice an hour, known to within 0.1/h: 0.3/h is its least. In a quarter of an hour 1,000 ppm fall to 606.5, ±60.6.
    const air = new AirChanges(new Shelf());
    for (let i = 0; i < 60; i++) {
      air.take(20 * i, 2_420, true);
      air.take(20 * i + 6, OUTDOOR + 2_000 * Math.exp(-1), true);
    }
    expect(air.perHour).toBeCloseTo(2, 2);
    air.take(1_300, 1_420, true);
    const usual = (1_150 - OUTDOOR - 606.5) / Math.hypot(40, 606.5 * 0.25 * 0.3);
    const still = (1_150 - OUTDOOR - 927.7) / Math.hypot(40, 927.7 * 0.25 * 0.15);
    const odds = -4.6 + (usual ** 2 - still ** 2) / 2;
    expect(air.stalled(1_303, 1_150)).toBeCloseTo(1 / (1 + Math.exp(-odds)), 4);
  });

  it("is not told by a room whose rate nobody knows", () => {
    expect(watched([0, 1_420]).stalled(5, 1_420)).toBeCloseTo(0.00995, 5);
  });

  it("is piled up to nine, and loses a hundredth with each step; what a still fan shows is not the room's rate", () => {
    const air = watched(...ONCE, [20, 1_420], [26, 1_415]);
    expect(air.perHour).toBeCloseTo(1.0012, 4);
    expect(air.stalled(26, 1_415)).toBeCloseTo(0.802, 3);
    air.take(27, 1_415, true);
    expect(air.stalled(27, 1_415)).toBeCloseTo(1 / (1 + Math.exp(4.6 - 5.94)), 3);
    air.take(32, 1_410, true);
    expect(air.stalled(32, 1_410)).toBeCloseTo(1 / (1 + Math.exp(4.6 - 9)), 3);
    air.take(38, 1_200, false);
    air.take(39, 1_420, true);
    for (let begin = 39; begin < 140; begin += 20) {
      air.take(begin, 1_420, true);
      air.take(begin + 6, 800, true);
    }
    air.breakOff();
    expect(air.stalled(200, 500)).toBeCloseTo(0.00995, 5);
  });
});

import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Clock } from "#contract/clock.ts";
import { instant, millis } from "#contract/units.ts";
import { decideStretch, JudgingLoad } from "./judging-load.ts";

const clockAt = (at: () => number): Clock => ({
  now: () => instant(at()),
  after: () => () => {},
  every: () => () => {},
});

/** A flood: as soon as a judgement may come it comes, takes so long, and the rest of the time is for everything else. */
function flood({ rooms, costMs, lastsMs }: { rooms: number; costMs: number; lastsMs: number }): {
  stretch: number;
  share: number;
} {
  let now = 0;
  const load = new JudgingLoad(clockAt(() => now));
  let took = 0;
  while (now < lastsMs) {
    const began = instant(now);
    now += costMs;
    if (now > lastsMs / 2) took += costMs;
    load.judged(began);
    now = Math.max(now, began + (1_000 * load.stretch) / rooms);
  }
  return { stretch: load.stretch, share: took / (lastsMs / 2) };
}

it("leaves a house alone whose judging costs little", () => {
  expect(flood({ rooms: 100, costMs: 0.25, lastsMs: 20_000 }).stretch).toBe(1);
});

it("keeps judging to its share of the time in a flood", () => {
  const { stretch, share } = flood({ rooms: 320, costMs: 0.75, lastsMs: 60_000 });
  expect(stretch).toBeGreaterThan(2.5);
  expect(share).toBeGreaterThan(0.07);
  expect(share).toBeLessThan(0.09);
});

it("never lets a verdict wait more than four times as long, and comes back when the flood is over", () => {
  let now = 0;
  const load = new JudgingLoad(clockAt(() => now));
  for (let i = 0; i < 400; i++) {
    now += 50;
    load.judged(instant(now - 50));
  }
  expect(load.stretch).toBe(4);
  for (let i = 0; i < 20; i++) {
    now += 1_000;
    load.judged(instant(now));
  }
  expect(load.stretch).toBeLessThan(1.01);
});

it("is not troubled by a clock that is set back", () => {
  let now = 100_000;
  const load = new JudgingLoad(clockAt(() => now));
  const began = instant(now);
  now = 50_000;
  load.judged(began);
  now = 110_000;
  load.judged(instant(now));
  expect(load.stretch).toBe(1);
});

it("stretches between one and four, whatever is measured", () => {
  const ms = fc.double({ min: 0, max: 1e9, noNaN: true }).map(millis);
  fc.assert(
    fc.property(fc.double({ min: 1, max: 4, noNaN: true }), ms, ms, (stretch, took, passed) => {
      const next = decideStretch(stretch, took, millis(passed + 1_000));
      expect(next).toBeGreaterThanOrEqual(1);
      expect(next).toBeLessThanOrEqual(4);
    }),
  );
});

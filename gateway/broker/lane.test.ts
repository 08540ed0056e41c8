import * as fc from "fast-check";
import { expect, test } from "vitest";
import { instant, later, millis, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { Lane } from "./lane.ts";
import { TokenBucket } from "./token-bucket.ts";

test("a lane finishes everything, in order, and begins no more than its rate allows", async () => {
  const arrivals = fc.array(
    fc.record({ gap: fc.integer({ min: 0, max: 40 }), work: fc.integer({ min: -1, max: 50 }) }),
    { maxLength: 80 },
  );
  const law = fc.asyncProperty(
    arrivals,
    fc.integer({ min: 10, max: 2_000 }),
    fc.integer({ min: 1, max: 20 }),
    async (steps, rate, burst) => {
      const clock = new VirtualClock(instant(0));
      const lane = new Lane(new TokenBucket(rate, burst, clock.now()), clock, () => {});
      const begun: number[] = [];
      const finished: number[] = [];
      for (const [i, { gap, work }] of steps.entries()) {
        await clock.advanceToSettled(later(clock.now(), millis(gap)));
        lane.push({
          cost: 1,
          begin: () => {
            begun.push(clock.now());
            return work < 0 ? undefined : new Promise((resolve) => clock.after(millis(work), resolve));
          },
          finish: () => finished.push(i),
        });
      }
      await clock.advanceToSettled(later(clock.now(), seconds(30)));
      expect(finished).toEqual(steps.map((_, i) => i));
      for (const [i, at] of begun.entries()) expect(i + 1).toBeLessThanOrEqual(burst + (at * rate) / 1000 + 1);
    },
  );
  await fc.assert(law, { numRuns: 40 });
});

test("a lane that is closed forgets what has not begun, and finishes what has", async () => {
  const clock = new VirtualClock(instant(0));
  const lane = new Lane(new TokenBucket(1, 1, clock.now()), clock, () => {});
  const said: string[] = [];
  const step = (name: string) => ({
    cost: 1,
    begin: () => {
      said.push(`begin ${name}`);
      return new Promise<void>((resolve) => clock.after(seconds(1), resolve));
    },
    finish: () => said.push(`finish ${name}`),
  });
  lane.push(step("first"));
  lane.push(step("second"));
  lane.pushLast(step("will"));
  await clock.advanceToSettled(later(clock.now(), seconds(60)));
  expect(said).toEqual(["begin first", "begin will", "finish first", "finish will"]);
});

import { expect, it } from "vitest";
import { instant, minutes } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { tidyHeap } from "./tidy-heap.ts";

it("collects when there is enough garbage, and leaves a tidy heap alone", async () => {
  const clock = new VirtualClock(instant(0));
  let used = 100;
  let collected = 0;
  const stop = tidyHeap({
    clock,
    used: () => used,
    collect: () => {
      collected += 1;
      used = 50;
      return Promise.resolve();
    },
  });
  const pass = async (): Promise<void> => {
    clock.advance(minutes(5));
    await Promise.resolve();
  };
  await pass();
  expect(collected).toBe(1);
  used = 59;
  await pass();
  expect(collected).toBe(1);
  used = 60;
  await pass();
  expect(collected).toBe(2);
  stop();
  used = 500;
  await pass();
  expect(collected).toBe(2);
});

it("does nothing where Node does not let the program collect", () => {
  const clock = new VirtualClock(instant(0));
  const used = (): number => expect.unreachable();
  tidyHeap({ clock, used, collect: undefined })();
  clock.advance(minutes(60));
});

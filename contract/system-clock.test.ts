import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { systemClock } from "./system-clock.ts";
import { hours, millis } from "./units.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const heldMb = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

test("a wait that is taken back leaves nothing behind, however long it was to be", () => {
  const before = heldMb();
  for (let n = 0; n < 100_000; n += 1) systemClock.after(millis(hours(1) + n), () => {})();
  expect(heldMb() - before).toBeLessThan(3);
});

test("a wait that is taken back after its time does nothing", async () => {
  let told = 0;
  const told1 = Promise.withResolvers<void>();
  const cancel = systemClock.after(millis(1), () => {
    told += 1;
    told1.resolve();
  });
  await told1.promise;
  cancel();
  cancel();
  expect(told).toBe(1);
});

import { expect, test } from "vitest";
import { driverIds } from "#edge/drivers/registry.ts";
import { driverSamples } from "./driver-targets.ts";
import { fuzzWire } from "./fuzz-wire.ts";
import { fuzzDrivers, mulberry } from "./fuzz-drivers.ts";

test("every driver has answers that can be mutated, and reads them as they are", async () => {
  for (const id of driverIds) {
    const samples = driverSamples[id]?.() ?? [];
    expect(samples.length, `${id} has none: add it to driver-targets.ts`).toBeGreaterThan(0);
    const read = await Promise.all(samples.map(async (sample) => sample.read(sample.bytes)));
    expect(
      read.some((metrics) => metrics !== undefined && Object.keys(metrics).length > 0),
      `${id} reads nothing`,
    ).toBe(true);
  }
});

test("mutated answers crash nothing, hang nothing, and become no reading that cannot be", async () => {
  const { crashed, slow, wrong, implausible, readings, refused, finds } = await fuzzDrivers({ count: 8_000, seed: 7 });
  expect({ crashed, slow, wrong, implausible, finds }).toEqual({
    crashed: 0,
    slow: 0,
    wrong: 0,
    implausible: 0,
    finds: [],
  });
  // Neither all refused nor all taken: it is the border that is tried.
  expect(readings).toBeGreaterThan(1_000);
  expect(refused).toBeGreaterThan(1_000);
});

test("whole polls of devices that babble and break off end, and tell only what can be", async () => {
  expect(await fuzzWire(100, mulberry(7))).toEqual({ polls: 100, finds: [] });
});

test("what is looked for is found", async () => {
  const bytes = Buffer.from("1234567890");
  const samples = {
    crashes: () => [
      {
        bytes,
        read: () => {
          throw new TypeError("boom");
        },
      },
    ],
    lies: () => [{ bytes, read: () => ({ temperature_c: 900 }) }],
    invents: () => [{ bytes, read: () => ({ temperature_c: Number.NaN, happiness: 1 }) }],
    hangs: () => [
      {
        bytes,
        read: () => {
          for (const until = performance.now() + 60; performance.now() < until;);
          return undefined;
        },
      },
    ],
  };
  expect(await fuzzDrivers({ count: 4, seed: 1, samples })).toMatchObject({
    crashed: 1,
    implausible: 1,
    wrong: 2,
    slow: 1,
  });
});

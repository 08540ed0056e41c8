import { afterEach, beforeEach, expect, test } from "vitest";
import type { Bus } from "#contract/bus.ts";
import type { Cancel } from "#contract/clock.ts";
import { silentLog } from "#contract/log.ts";
import { startMqttBus } from "#contract/mqtt-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { millis } from "#contract/units.ts";
import { filterOf, publish } from "#contract/wire.ts";
import { findMosquitto, type Mosquitto, startMosquitto } from "#test/peers/mosquitto.ts";
import { ChaosBench, wait } from "./testing/chaos-bench.ts";

const hasMosquitto = findMosquitto() !== undefined;
let bench: ChaosBench;
let mosquitto: Mosquitto;
let recorder: Bus;
let cancelTelling: Cancel = () => {};

beforeEach(async () => {
  if (!hasMosquitto) return;
  bench = new ChaosBench();
  await bench.start();
  mosquitto = await startMosquitto();
  const reconnect = { first: millis(50), ceiling: millis(200) };
  recorder = await startMqttBus({ url: mosquitto.url, clock: systemClock, log: silentLog, reconnect });
  await recorder.subscribe(filterOf("reading"), ({ payload }) => bench.store(payload));
  cancelTelling = systemClock.every(millis(250), () => {
    publish(recorder, "committed", { site: bench.site, agent: bench.agent }, bench.committed()).catch(() => {});
  });
});
afterEach(async () => {
  if (!hasMosquitto) return;
  cancelTelling();
  await bench.stop();
  await recorder.close();
  await mosquitto.dispose();
});

test.skipIf(!hasMosquitto)("a Mosquitto that is killed in mid-burst and forgets its queue costs nothing", async () => {
  for (let i = 0; i < 4; i++) {
    await mosquitto.kill9();
    const agent = bench.startAgent(mosquitto.url);
    await bench.keepsSome();
    await wait(1_000);
    await mosquitto.start();
    for (let cut = 0; cut < 3; cut++) {
      await wait(50 + Math.random() * 400);
      await mosquitto.kill9();
      await wait(100);
      await mosquitto.start();
    }
    await wait(Math.random() * 500);
    await bench.kill9(agent);
  }
  await bench.runUntilEmpty(mosquitto.url);
  expect(bench.losses()).toEqual({ lost: [], holes: 0 });
  expect(bench.kept.size).toBeGreaterThan(200);
  expect(bench.errors).toEqual([]);
});

test.skipIf(!hasMosquitto)("two agents of one id hear each other, and say so", async () => {
  const other = new ChaosBench();
  await other.start();
  try {
    bench.startAgent(mosquitto.url);
    await bench.keepsSome();
    other.startAgent(mosquitto.url);
    await other.keepsSome();
    await expect
      .poll(() => bench.errors, { timeout: 5_000 })
      .toContain("another agent runs under this id: give each its own id and key");
  } finally {
    await other.stop();
  }
});

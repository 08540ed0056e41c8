import { expect, test } from "vitest";
import { z } from "zod";
import { silentLog, type Log } from "#contract/log.ts";
import { instant, millis, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import type { Payload } from "#contract/wire.ts";
import type { Driver, Observation } from "./drivers/driver.ts";
import { Poller } from "./poller.ts";

interface Bench {
  clock: VirtualClock;
  poller: Poller;
  polls: number[];
  readings: { at: number; metrics: Observation["metrics"] }[];
  states: Payload<"deviceState">[];
  lines: string[];
  hint: () => void;
}

function bench(answer: (n: number, signal: AbortSignal) => Promise<Observation>): Bench {
  const clock = new VirtualClock(instant(0));
  const polls: number[] = [];
  const readings: Bench["readings"] = [];
  const states: Bench["states"] = [];
  const lines: string[] = [];
  let hint = (): void => {};
  const note = (_: object, text: string): void => void lines.push(text);
  const log: Log = { ...silentLog, info: note, warn: note };
  const driver: Driver = {
    id: "test",
    title: "",
    options: z.unknown(),
    kind: "other",
    shortestInterval: seconds(5),
    longestPoll: seconds(20),
    intervals: (_, every) => ({ reachable: every }),
    open: (_, { lookSoon = () => {} }) => {
      hint = lookSoon;
      return {
        poll: (signal) => {
          polls.push(clock.now());
          return answer(polls.length, signal);
        },
        obey: () => Promise.resolve({ ok: true }),
        close: () => lines.push("closed"),
      };
    },
  };
  const device = {
    room: "atrium",
    device: "thing",
    name: undefined,
    driver: "test",
    options: {},
    interval: seconds(30),
  };
  const onReading = (at: number, metrics: Observation["metrics"]): void => void readings.push({ at, metrics });
  const onState = (state: Payload<"deviceState">): void => void states.push(state);
  const poller = new Poller({ device, driver, agent: "pi-3", clock, log, random: () => 0.5, onReading, onState });
  poller.start();
  return { clock, poller, polls, readings, states, lines, hint: () => hint() };
}
const fine: Observation = { state: "online", metrics: { reachable: true } };
const gone: Observation = { state: "offline", metrics: {}, error: { code: "DEVICE_SILENT", text: "away" } };

async function pass(clock: VirtualClock, spanMs: number): Promise<void> {
  await clock.advanceToSettled(instant(clock.now() + spanMs));
}

test("asks at its interval; the state is told when it changes, not each time", async () => {
  const b = bench(() => Promise.resolve(fine));
  await pass(b.clock, 305_000);
  expect(b.polls.length).toBeGreaterThanOrEqual(10);
  expect(b.readings).toHaveLength(b.polls.length);
  expect(b.states).toEqual([
    { at: "1970-01-01T00:00:05.000Z", state: "online", agent: "pi-3", intervals_s: { reachable: 30 }, kind: "other" },
  ]);
});

test("loss and return are one line each, however long it lasts", async () => {
  const b = bench((n) => Promise.resolve(n > 3 && n < 10 ? gone : fine));
  await pass(b.clock, 600_000);
  expect(b.lines).toEqual(["a device cannot be read", "a device can be read again"]);
  expect(b.states.map(({ state }) => state)).toEqual(["online", "offline", "online"]);
  expect(b.states[1]?.error).toEqual({ code: "DEVICE_SILENT", text: "away" });
});

test("gives up where asking again does harm", async () => {
  const b = bench(() => Promise.resolve({ ...gone, giveUp: true }));
  await pass(b.clock, 600_000);
  expect(b.polls).toHaveLength(1);
});

test("a driver that throws, or tells what no metric can be, harms only its answer", async () => {
  const b = bench((n) => {
    if (n === 1) return Promise.reject(new Error("defect"));
    return Promise.resolve({
      state: "online",
      metrics: { reachable: "yes", co2_ppm: Number.NaN, made_up: 1, latency_ms: 3 },
    });
  });
  await pass(b.clock, 60_000);
  expect(b.states[0]).toMatchObject({ state: "offline", error: { text: "defect" } });
  expect(b.readings[0]?.metrics).toEqual({ latency_ms: 3 });
});

test("a poll that takes too long is aborted; two never run at once", async () => {
  let running = 0;
  const b = bench(async (_, signal) => {
    running += 1;
    expect(running).toBe(1);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    running -= 1;
    return gone;
  });
  await pass(b.clock, 200_000);
  expect(b.polls.length).toBeGreaterThan(3);
  const last = b.polls.length;
  const stopped = b.poller.stop();
  await stopped;
  await pass(b.clock, 200_000);
  expect(b.polls).toHaveLength(last);
  expect(millis(running)).toBe(0);
});

test("a hint of the device hastens the next look, and a flood of them asks no more often than the device bears", async () => {
  const b = bench(() => Promise.resolve(fine));
  await pass(b.clock, 16_000);
  expect(b.polls).toEqual([5_000]);
  b.hint();
  await pass(b.clock, 1_000);
  expect(b.polls).toEqual([5_000, 16_000]);
  for (let i = 0; i < 100; i++) {
    b.hint();
    await pass(b.clock, 100);
  }
  expect(b.polls).toEqual([5_000, 16_000, 21_000, 26_000]);
});

test("a hint while it is being asked has it asked once more", async () => {
  const b = bench(async (n) => {
    if (n === 1) b.hint();
    return Promise.resolve(fine);
  });
  await pass(b.clock, 20_000);
  expect(b.polls).toEqual([5_000, 10_000]);
});

test("an order that comes too late does not end the looking", async () => {
  const b = bench(() => Promise.resolve(fine));
  await pass(b.clock, 10_000);
  const late = new AbortController();
  late.abort();
  expect(await b.poller.obey({ command: "preflight" }, late.signal)).toMatchObject({ code: "TOO_LATE" });
  await pass(b.clock, 100_000);
  expect(b.polls.length).toBeGreaterThan(3);
});

test("what a device holds is let go when the agent stops", async () => {
  const b = bench(() => Promise.resolve(fine));
  await pass(b.clock, 10_000);
  await b.poller.stop();
  b.hint();
  await pass(b.clock, 100_000);
  expect(b.lines).toEqual(["closed"]);
  expect(b.polls).toHaveLength(1);
});

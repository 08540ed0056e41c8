import { afterEach, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { hours, instant, millis, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type NtpDevice, startNtpDevice } from "#simulators/devices/ntp.ts";
import type { Observation, OpenDevice } from "../driver.ts";
import { ntp } from "./driver.ts";
import { NtpOptions } from "./options.ts";

const servers: NtpDevice[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
async function started(ahead = 0): Promise<NtpDevice> {
  const server = await startNtpDevice({ host: "127.0.0.1", clock: systemClock, ahead: millis(ahead) });
  servers.push(server);
  return server;
}
const open = (
  of: readonly NtpDevice[],
  more: object = {},
  clock: VirtualClock | typeof systemClock = systemClock,
): OpenDevice =>
  ntp.open(NtpOptions.parse({ servers: of.map(({ port }) => `127.0.0.1:${port}`), ...more }), {
    clock,
    log: silentLog,
  });
const look = (device: OpenDevice, signal = new AbortController().signal): Promise<Observation> => device.poll(signal);

describe("the agent's clock", () => {
  it("that is right is told as such", async () => {
    const { state, metrics, error } = await look(open([await started(), await started(), await started()]));
    expect({ state, error }).toEqual({ state: "online", error: undefined });
    expect(Math.abs(Number(metrics["clock_offset_ms"]))).toBeLessThan(100);
    expect(metrics["latency_ms"]).toBeLessThan(500);
  });

  it("that is behind is negative, and beyond the limit a finding", async () => {
    const seen = await look(open([await started(5_000)]));
    expect(seen.metrics["clock_offset_ms"]).toBeGreaterThan(-5_200);
    expect(seen.metrics["clock_offset_ms"]).toBeLessThan(-4_800);
    expect(seen).toMatchObject({ state: "online", error: { code: "CLOCK_WRONG" } });
    expect(seen.error?.text).toMatch(/behind/);
  });

  it("is judged by the median: one server that is wrong does not count", async () => {
    const seen = await look(open([await started(), await started(hours(3)), await started()]));
    expect(seen.error).toBeUndefined();
    expect(Math.abs(Number(seen.metrics["clock_offset_ms"]))).toBeLessThan(100);
  });

  it("cannot be judged by two that disagree", async () => {
    const seen = await look(open([await started(), await started(60_000)]));
    expect(seen.metrics).not.toHaveProperty("clock_offset_ms");
    expect(seen.error).toMatchObject({ code: "CLOCK_WRONG", text: expect.stringContaining("name a third") as string });
  });

  it("that is days off is told in words: no reading carries that", async () => {
    const seen = await look(open([await started(hours(24 * 30))]));
    expect(seen.metrics).not.toHaveProperty("clock_offset_ms");
    expect(seen.error).toMatchObject({ code: "CLOCK_WRONG", text: "the agent's clock is 30 days behind" });
  });
});

describe("trouble is an observation", () => {
  it.each([
    ["garbage", "DEVICE_GARBAGE", true],
    ["half-answers", "DEVICE_GARBAGE", true],
    ["unsynchronised", "DEVICE_GARBAGE", true],
    ["far-from-source", "DEVICE_GARBAGE", true],
    ["kiss", "DEVICE_REFUSED", true],
  ] as const)("%s", async (fault, code, reachable) => {
    const server = await started();
    server.fault(fault);
    expect(await look(open([server]))).toEqual({
      state: "offline",
      metrics: { reachable },
      error: { code, text: expect.any(String) as string },
    });
  });

  it.each(["hangs", "forged"] as const)("%s: is waited for only so long", async (fault) => {
    const server = await started();
    server.fault(fault);
    const clock = new VirtualClock(instant(systemClock.now()));
    const poll = look(open([server], {}, clock));
    await expect.poll(() => server.asked).toBe(1);
    clock.advance(seconds(3));
    expect(await poll).toMatchObject({
      state: "offline",
      metrics: { reachable: false },
      error: { code: "DEVICE_SILENT" },
    });
  });

  it("a slow one tells how long it thought, and that is taken off", async () => {
    const clock = new VirtualClock(instant(systemClock.now()));
    const server = await startNtpDevice({ host: "127.0.0.1", clock });
    servers.push(server);
    server.fault("slow");
    const poll = look(open([server], {}, clock));
    await expect.poll(() => server.asked).toBe(1);
    clock.advance(seconds(2));
    expect(await poll).toEqual({
      state: "online",
      metrics: { reachable: true, clock_offset_ms: 0, latency_ms: 0 },
    });
  });

  it("a port that nobody listens on is refused at once", async () => {
    const server = await started();
    await server.stop();
    expect(await look(open([server]))).toMatchObject({ state: "offline", error: { code: "DEVICE_REFUSED" } });
  });

  it("a server that does not want to be asked is not asked again; the others are", async () => {
    const [unwilling, willing] = [await started(), await started()];
    unwilling.fault("kiss");
    const device = open([unwilling, willing]);
    expect(await look(device)).toMatchObject({ state: "online" });
    await look(device);
    expect([unwilling.asked, willing.asked]).toEqual([1, 2]);
  });

  it("is given up when the signal says so", async () => {
    const server = await started();
    server.fault("hangs");
    expect(await look(open([server]), AbortSignal.timeout(30))).toMatchObject({ state: "offline" });
  });
});

it.each(["", "a b", "h:0", "h:70000", "[::1", "-x", "h:1:2"])("%j is no server", (text) => {
  expect(NtpOptions.safeParse({ servers: [text] }).success).toBe(false);
});
it("servers are read with their ports", () => {
  expect(NtpOptions.parse({ servers: ["ntp.example", "192.0.2.1:1123", "[2001:db8::1]:123"] }).servers).toEqual([
    { host: "ntp.example", port: 123 },
    { host: "192.0.2.1", port: 1123 },
    { host: "2001:db8::1", port: 123 },
  ]);
});

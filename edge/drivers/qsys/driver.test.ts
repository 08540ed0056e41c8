import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type QsysDevice, startQsysDevice } from "#simulators/devices/qsys.ts";
import { Secret } from "../../secret.ts";
import type { Observation, OpenDevice } from "../driver.ts";
import { qsys } from "./driver.ts";
import { QsysOptions } from "./options.ts";

let core: QsysDevice;
beforeEach(async () => {
  core = await startQsysDevice({ host: "127.0.0.1", clock: systemClock });
  core.components["Cam-1"] = [{ Name: "status", Value: 0, String: "OK" }];
  core.components["Mic-1"] = [{ Name: "status", Value: 0, String: "OK" }];
  core.components[""] = [{ Name: "RoomMicMute", Value: 1, String: "muted" }];
});
afterEach(() => core.stop());

const full = {
  status: [
    { component: "Cam-1", counts_as: "cameras_connected" },
    { component: "Mic-1", counts_as: "microphones_connected" },
  ],
  readings: [{ metric: "microphone_muted", control: "RoomMicMute" }],
};
const open = (more: object = {}, clock: VirtualClock | typeof systemClock = systemClock): OpenDevice =>
  qsys.open(QsysOptions.parse({ host: "127.0.0.1", port: core.port, ...more }), { clock, log: silentLog });
const look = (more: object = {}, signal = new AbortController().signal): Promise<Observation> =>
  open(more).poll(signal);

describe("a Core", () => {
  it("is read whole", async () => {
    expect(await look(full)).toEqual({
      state: "online",
      model: "Q-SYS Core 110f",
      metrics: {
        reachable: true,
        latency_ms: expect.any(Number) as number,
        other_health: "ok",
        cameras_connected: 1,
        microphones_connected: 1,
        microphone_muted: true,
      },
    });
    expect(core.asked).toEqual(["StatusGet", "Component.Get", "Component.Get", "Control.Get"]);
  });

  it("whose camera is gone says so", async () => {
    core.components["Cam-1"] = [{ Name: "status", Value: 3, String: "Not Present - lost 10:04" }];
    expect(await look(full)).toMatchObject({
      state: "online",
      metrics: { other_health: "error", cameras_connected: 0, microphones_connected: 1 },
      error: { code: "DEVICE_FAULT", text: expect.stringContaining("Cam-1: Not Present - lost 10:04") as string },
    });
  });

  it("that runs no design is broken; one on standby is well and tells nothing of its components", async () => {
    await core.fault("idle");
    expect(await look()).toMatchObject({ metrics: { other_health: "error" }, error: { code: "DEVICE_FAULT" } });
    await core.fault("idle", false);
    await core.fault("standby");
    const seen = await look(full);
    expect(seen).toMatchObject({ state: "online", metrics: { other_health: "ok" } });
    expect(seen.error).toBeUndefined();
    expect(seen.metrics).not.toHaveProperty("cameras_connected");
  });

  it("that wants a log-in gets it; a wrong PIN is not tried again", async () => {
    await core.stop();
    core = await startQsysDevice({ host: "127.0.0.1", clock: systemClock, login: { user: "u", password: "1234" } });
    expect(await look({ user: "u", password: new Secret("1234") })).toMatchObject({ state: "online" });
    for (const more of [{ user: "u", password: new Secret("9999") }, {}])
      expect(await look(more)).toMatchObject({ state: "offline", giveUp: true, error: { code: "DEVICE_PASSWORD" } });
  });

  it("that does not know a component names it, and tells the rest", async () => {
    const seen = await look({ ...full, status: [...full.status, { component: "Cam-2" }] });
    expect(seen).toMatchObject({
      state: "online",
      metrics: { cameras_connected: 1 },
      error: { code: "DEVICE_REFUSED" },
    });
    expect(seen.error?.text).toMatch(/knows no Cam-2/);
  });
});

describe("trouble is an observation", () => {
  it.each([
    ["refuses", "offline", "DEVICE_REFUSED"],
    ["garbage", "online", "DEVICE_GARBAGE"],
    ["half-answers", "online", "DEVICE_SILENT"],
    ["wrong-password", "offline", "DEVICE_PASSWORD"],
    ["chatters", "online", "DEVICE_GARBAGE"],
  ] as const)("%s", async (fault, state, code) => {
    await core.fault(fault);
    const seen = await look(full);
    expect(seen).toMatchObject({ state, error: { code } });
    expect(seen.metrics).not.toHaveProperty("other_health");
  });

  it("hangs, until its time is over or it is given up", async () => {
    await core.fault("hangs");
    const clock = new VirtualClock(instant(0));
    const over = new AbortController();
    const poll = open({}, clock)
      .poll(new AbortController().signal)
      .finally(() => over.abort());
    while (!over.signal.aborted) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(seconds(0.1));
    }
    expect(await poll).toMatchObject({ state: "offline", error: { code: "DEVICE_SILENT" } });
    expect(await look({}, AbortSignal.timeout(30))).toMatchObject({
      state: "offline",
      error: { code: "DEVICE_SILENT" },
    });
  });

  it("another client has the only connection: busy, not down", async () => {
    await core.fault("hangs");
    await core.fault("one-connection");
    const over = new AbortController();
    const held = look({}, over.signal);
    await expect.poll(async () => (await look({}, AbortSignal.timeout(200))).error?.code).toBe("DEVICE_REFUSED");
    over.abort();
    await held;
  });

  it("a slow one is waited for", async () => {
    const clock = new VirtualClock(instant(0));
    await core.stop();
    core = await startQsysDevice({ host: "127.0.0.1", clock });
    await core.fault("slow");
    const poll = open({}, clock).poll(new AbortController().signal);
    await expect.poll(() => core.asked.length).toBe(1);
    clock.advance(seconds(3));
    expect(await poll).toMatchObject({ state: "online", metrics: { latency_ms: 3000 } });
  });
});

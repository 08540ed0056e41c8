import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { instant, millis, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type EscVp21Device, startEscVp21Device } from "#simulators/devices/esc-vp21.ts";
import { Secret } from "../../secret.ts";
import type { Obeyed, Observation, OpenDevice, Order } from "../driver.ts";
import { escVp21 } from "./driver.ts";
import { EscVp21Options } from "./options.ts";

let clock: VirtualClock;
let device: EscVp21Device;
beforeEach(async () => {
  clock = new VirtualClock(instant(0));
  device = await startEscVp21Device({ host: "127.0.0.1", clock });
});
afterEach(() => device.stop());

const open = (more: object = {}): OpenDevice =>
  escVp21.open(EscVp21Options.parse({ host: "127.0.0.1", port: device.port, ...more }), { clock, log: silentLog });

/** Lets real sockets work while virtual time runs, until the work is over. */
async function untilDone<T>(work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const done = work.finally(() => over.abort());
  while (!over.signal.aborted) {
    for (let turn = 0; turn < 30 && !over.signal.aborted; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!over.signal.aborted) clock.advance(millis(200));
  }
  return done;
}
const look = (of: OpenDevice, signal = new AbortController().signal): Promise<Observation> =>
  untilDone(of.poll(signal));
const give = (order: Order, more: object = {}, within = seconds(300)): Promise<Obeyed> => {
  const time = new AbortController();
  clock.after(within, () => time.abort());
  return untilDone(open(more).obey?.(order, time.signal) ?? Promise.reject(new Error("it obeys nothing")));
};

describe("a projector", () => {
  it("is read whole", async () => {
    expect(await look(open({ wanted_source: "30", lamp_life_h: 5_000 }))).toEqual({
      state: "online",
      model: "Epson projector",
      serial: "X4ZZ0Z00001",
      metrics: {
        reachable: true,
        latency_ms: expect.any(Number) as number,
        power_state: "on",
        fan_health: "ok",
        lamp_health: "ok",
        thermal_health: "ok",
        cover_health: "ok",
        filter_health: "ok",
        other_health: "ok",
        lamp_hours_h: 1_234,
        lamp_used_pct: 24.68,
        filter_hours_h: 321,
        input_state: "right",
        signal_present: true,
        picture_muted: false,
        picture_frozen: false,
      },
    });
  });

  it("in standby is not asked for its picture, and hours only now and then", async () => {
    device.power = "04";
    const held = open({ wanted_source: "30" });
    const first = await look(held);
    expect(first.metrics).toMatchObject({ power_state: "standby", lamp_hours_h: 1_234 });
    expect(first.metrics).not.toHaveProperty("input_state");
    device.asked.length = 0;
    device.power = "01";
    expect((await look(held)).metrics).toMatchObject({ power_state: "on", input_state: "right" });
    expect(device.asked).not.toContain("LAMP?");
    clock.advance(seconds(600));
    expect((await look(held)).metrics).toHaveProperty("lamp_hours_h");
  });

  it("that lacks something is not asked for it again", async () => {
    delete device.answers["FREEZE"];
    const held = open();
    expect((await look(held)).metrics).not.toHaveProperty("picture_frozen");
    device.asked.length = 0;
    await look(held);
    expect(device.asked).not.toContain("FREEZE?");
    expect(device.asked).toContain("MUTE?");
  });

  it("tells its own faults, in words", async () => {
    Object.assign(device.answers, { ERR: "07 01" });
    expect(await look(open())).toMatchObject({
      state: "online",
      metrics: { cover_health: "error", fan_health: "error", lamp_health: "ok" },
      error: { code: "DEVICE_FAULT", text: expect.stringContaining("the lamp cover is open; a fan") as string },
    });
  });

  it("off after a fault is broken, whatever its report says", async () => {
    device.power = "05";
    expect((await look(open())).metrics).toMatchObject({
      power_state: "standby",
      other_health: "error",
      fan_health: "ok",
    });
  });

  it("takes its password, and a wrong or missing one is not tried again", async () => {
    await device.stop();
    device = await startEscVp21Device({ host: "127.0.0.1", clock, password: "opensesame" });
    expect(await look(open({ password: new Secret("opensesame") }))).toMatchObject({ state: "online" });
    for (const more of [{ password: new Secret("nope") }, {}])
      expect(await look(open(more))).toMatchObject({
        state: "offline",
        giveUp: true,
        error: { code: "DEVICE_PASSWORD" },
      });
  });
});

describe("trouble is an observation", () => {
  it.each([
    ["refuses", "offline", "DEVICE_REFUSED"],
    ["hangs", "offline", "DEVICE_SILENT"],
    ["garbage", "online", "DEVICE_GARBAGE"],
    ["half-answers", "online", "DEVICE_SILENT"],
    ["wrong-password", "offline", "DEVICE_PASSWORD"],
    ["busy", "online", "DEVICE_REFUSED"],
  ] as const)("%s", async (fault, state, code) => {
    await device.fault(fault);
    const seen = await look(open());
    expect(seen).toMatchObject({ state, error: { code } });
    expect(seen.metrics).not.toHaveProperty("power_state");
  });

  it("a value that cannot be is named, and the others are told", async () => {
    Object.assign(device.answers, { SIGNAL: "yes", LAMP: "900000" });
    const { metrics, error } = await look(open());
    expect(error).toMatchObject({ code: "DEVICE_GARBAGE", text: expect.stringContaining("lamp_hours_h") as string });
    expect(metrics).toMatchObject({ power_state: "on", picture_muted: false });
    expect(metrics).not.toHaveProperty("signal_present");
  });

  it("a closed port is sleep where its network is off in standby", async () => {
    await device.fault("refuses");
    expect(await look(open({ network_off_in_standby: true }))).toMatchObject({
      state: "sleeping",
      metrics: { reachable: false },
    });
  });

  it("events between question and answer are none", async () => {
    await device.fault("chatters");
    const seen = await look(open());
    expect(seen.error).toBeUndefined();
    expect(seen.metrics).toMatchObject({ power_state: "on", lamp_hours_h: 1_234 });
  });

  it("a slow one is waited for; one that is given up ends at once", async () => {
    await device.fault("slow");
    expect((await look(open())).metrics).toMatchObject({ power_state: "on" });
    await device.fault("hangs");
    expect(await open().poll(AbortSignal.timeout(30))).toMatchObject({
      state: "offline",
      error: { code: "DEVICE_SILENT" },
    });
  });
});

describe("orders", () => {
  const orders = (): string[] => device.asked.filter((each) => !each.endsWith("?"));

  it("a preflight wakes what sleeps, tries the source, and lets it sleep again", async () => {
    device.power = "04";
    expect(await give({ command: "preflight" }, { wanted_source: "A0" })).toEqual({
      ok: true,
      text: "it woke, reports no error, and sleeps again",
    });
    expect(orders()).toEqual(["PWR ON", "SOURCE A0", "PWR OFF"]);
    expect(device.power).toBe("03");
  });

  it("a preflight leaves on what is on", async () => {
    expect(await give({ command: "preflight" })).toMatchObject({ ok: true, text: "it is on and reports no error" });
    expect(orders()).toEqual([]);
  });

  it("sees the lamp that does not light", async () => {
    device.power = "04";
    await device.fault("lamp-dead");
    expect(await give({ command: "preflight" })).toEqual({
      ok: false,
      code: "DEVICE_FAULT",
      text: "it reports: the lamp did not light",
    });
  });

  it("waits for one that still cools down, and says when time was up", async () => {
    device.power = "01";
    expect(await give({ command: "power_off" })).toEqual({ ok: true });
    expect(await give({ command: "power_on" })).toEqual({ ok: true });
    expect(device.power).toBe("01");
    await give({ command: "power_off" });
    expect(await give({ command: "power_on" }, {}, seconds(15))).toMatchObject({ ok: false, code: "WAKE_FAILED" });
  });

  it("selects a source, and refuses what is none", async () => {
    expect(await give({ command: "select_input", input: "A0" })).toEqual({ ok: true });
    expect(device.answers["SOURCE"]).toBe("A0");
    expect(await give({ command: "select_input", input: "HDMI" })).toMatchObject({ ok: false, code: "BAD_INPUT" });
    device.power = "04";
    expect(await give({ command: "select_input", input: "30" })).toMatchObject({ ok: false, code: "DEVICE_REFUSED" });
    expect(await give({ command: "power_off" })).toMatchObject({ ok: false, code: "DEVICE_REFUSED" });
  });

  it("tells why a projector cannot be reached", async () => {
    await device.fault("busy");
    expect(await give({ command: "power_on" })).toMatchObject({ ok: false, code: "DEVICE_REFUSED" });
  });
});

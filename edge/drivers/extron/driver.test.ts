import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { instant, millis } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type ExtronDevice, startExtronDevice } from "#simulators/devices/extron.ts";
import { Secret } from "../../secret.ts";
import type { Observation, OpenDevice } from "../driver.ts";
import { extron } from "./driver.ts";
import { ExtronOptions } from "./options.ts";

let clock: VirtualClock;
let device: ExtronDevice;
beforeEach(async () => {
  clock = new VirtualClock(instant(0));
  device = await startExtronDevice({ host: "127.0.0.1", clock });
});
afterEach(() => device.stop());

const open = (more: object = {}): OpenDevice =>
  extron.open(ExtronOptions.parse({ host: "127.0.0.1", port: device.port, ...more }), { clock, log: silentLog });

/** Lets real sockets work while virtual time runs, until the poll is over. */
async function look(of: OpenDevice, signal = new AbortController().signal): Promise<Observation> {
  const over = new AbortController();
  const poll = of.poll(signal).finally(() => over.abort());
  while (!over.signal.aborted) {
    for (let turn = 0; turn < 40 && !over.signal.aborted; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!over.signal.aborted) clock.advance(millis(100));
  }
  return poll;
}

describe("a scaler", () => {
  it("is read whole", async () => {
    const { metrics, ...seen } = await look(open({ wanted_input: 3 }));
    expect(seen).toEqual({ state: "online", model: "Extron IN1608", firmware: "1.02" });
    expect(metrics).toMatchObject({
      reachable: true,
      power_state: "on",
      input_state: "right",
      signal_present: true,
      picture_muted: false,
      chip_temperature_c: 45.5,
    });
    expect(device.asked).toEqual(["W2CV", "Q", "WPSAV", "I", "W0LS", "W20STAT"]);
  });

  it("with the wrong input, no signal at the right one, and asleep says so", async () => {
    Object.assign(device.answers, { I: "Vid1 Aud1 Typ6 Std- Blk1 Hrt067.5 Vrt060.0", WPSAV: "Psav1" });
    expect((await look(open({ wanted_input: 2, temperature_unit: "F" }))).metrics).toMatchObject({
      power_state: "standby",
      input_state: "wrong",
      signal_present: false,
      picture_muted: true,
      chip_temperature_c: 7.5,
    });
  });

  it("that lacks something is not asked for it again", async () => {
    delete device.answers["W20STAT"];
    const held = open();
    expect((await look(held)).metrics).not.toHaveProperty("chip_temperature_c");
    device.asked.length = 0;
    await look(held);
    expect(device.asked).not.toContain("W20STAT");
    expect(device.asked).toContain("Q");
  });

  it("takes its password, and a wrong or missing one is not tried again", async () => {
    await device.stop();
    device = await startExtronDevice({ host: "127.0.0.1", clock, password: "A1B2C3" });
    expect(await look(open({ password: new Secret("A1B2C3") }))).toMatchObject({ state: "online", firmware: "1.02" });
    for (const more of [{ password: new Secret("nope") }, {}])
      expect(await look(open(more))).toMatchObject({
        state: "offline",
        giveUp: true,
        error: { code: "DEVICE_PASSWORD" },
      });
  });

  it("is asked more by queries of its owner", async () => {
    Object.assign(device.answers, { WUPT: "Upt90", WFAN: "fan broken" });
    const queries = [
      { metric: "uptime_s", send: "UPT", pattern: "^(?:Upt)?([0-9]+)$", unit: "min" },
      { metric: "fan_health", send: "FAN", values: { spinning: "ok" } },
    ];
    const seen = await look(open({ queries }));
    expect(seen.metrics["uptime_s"]).toBe(5_400);
    expect(seen.metrics).not.toHaveProperty("fan_health");
    expect(seen.error).toMatchObject({ code: "DEVICE_GARBAGE", text: expect.stringContaining("fan broken") as string });
  });
});

it("a matrix is asked what its output shows", async () => {
  await device.stop();
  const answers = { Q: "Ver01*2.30", I: "V8X4 A8X4", "2%": "Out2 In5 Vid", "0LS": "Sig 1 0 0 0 1 0 0 0" };
  device = await startExtronDevice({ host: "127.0.0.1", clock, answers });
  expect((await look(open({ family: "matrix", output: 2, wanted_input: 5 }))).metrics).toMatchObject({
    input_state: "right",
    signal_present: true,
  });
});

describe("trouble is an observation", () => {
  it.each([
    ["refuses", "offline", "DEVICE_REFUSED"],
    ["hangs", "offline", "DEVICE_SILENT"],
    ["garbage", "online", "DEVICE_GARBAGE"],
    ["half-answers", "online", "DEVICE_SILENT"],
    ["wrong-password", "offline", "DEVICE_PASSWORD"],
    ["full", "online", "DEVICE_REFUSED"],
  ] as const)("%s", async (fault, state, code) => {
    await device.fault(fault);
    const seen = await look(open({ password: new Secret("x1y2") }));
    expect(seen).toMatchObject({ state, error: { code } });
    expect(seen.metrics).not.toHaveProperty("power_state");
  });

  it("notices of what others do answer nothing", async () => {
    await device.fault("chatters");
    const seen = await look(open({ wanted_input: 3 }));
    expect(seen.error).toBeUndefined();
    expect(seen.metrics).toMatchObject({ power_state: "on", signal_present: true, chip_temperature_c: 45.5 });
  });

  it("what it cannot say now is asked again next time", async () => {
    await device.fault("busy");
    const held = open();
    expect((await look(held)).metrics).not.toHaveProperty("power_state");
    await device.fault("busy", false);
    expect((await look(held)).metrics["power_state"]).toBe("on");
  });

  it("a slow one is waited for; one that is given up ends at once", async () => {
    await device.fault("slow");
    expect(await look(open())).toMatchObject({ state: "online", metrics: { power_state: "on" } });
    await device.fault("hangs");
    expect(await open().poll(AbortSignal.timeout(30))).toMatchObject({
      state: "offline",
      error: { code: "DEVICE_SILENT" },
    });
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { instant, millis } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type Lw3Device, startLw3Device } from "#simulators/devices/lw3.ts";
import type { Obeyed, Observation, OpenDevice, Order } from "../driver.ts";
import { lw3 } from "./driver.ts";
import { Lw3Options } from "./options.ts";

let clock: VirtualClock;
let device: Lw3Device;
beforeEach(async () => {
  clock = new VirtualClock(instant(0));
  device = await startLw3Device({ host: "127.0.0.1", clock });
});
afterEach(() => device.stop());

const open = (more: object = {}): OpenDevice =>
  lw3.open(Lw3Options.parse({ host: "127.0.0.1", port: device.port, ...more }), { clock, log: silentLog });

/** Lets real sockets work while virtual time runs, until the work is over. */
async function untilDone<T>(work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const done = work.finally(() => over.abort());
  while (!over.signal.aborted) {
    for (let turn = 0; turn < 40 && !over.signal.aborted; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!over.signal.aborted) clock.advance(millis(100));
  }
  return done;
}
const look = (of: OpenDevice, signal = new AbortController().signal): Promise<Observation> =>
  untilDone(of.poll(signal));
const give = (order: Order, more: object = {}): Promise<Obeyed> =>
  untilDone(open(more).obey?.(order, new AbortController().signal) ?? Promise.reject(new Error("it obeys nothing")));

describe("a switcher", () => {
  it("is read whole", async () => {
    expect(await look(open({ wanted_input: "I2", occupancy_port: "P1" }))).toEqual({
      state: "online",
      model: "Lightware UCX-2x1-HC30",
      serial: "2A000941",
      firmware: "1.2.0b9",
      metrics: {
        reachable: true,
        latency_ms: expect.any(Number) as number,
        input_state: "right",
        picture_muted: false,
        signal_present: true,
        occupied: true,
      },
    });
  });

  it("that shows another input, muted, without a signal, in an empty room, says so", async () => {
    Object.assign(device.properties, {
      "/V1/MEDIA/VIDEO/XP/O1.ConnectedSource": "I2",
      "/V1/MEDIA/VIDEO/XP/O1.Mute": "true",
      "/V1/MEDIA/OCS/P1.State": "Free",
    });
    expect((await look(open({ wanted_input: "I1", occupancy_port: "P1" }))).metrics).toMatchObject({
      input_state: "wrong",
      picture_muted: true,
      signal_present: false,
      occupied: false,
    });
  });

  it("that has its signals elsewhere is asked there from then on", async () => {
    delete device.properties["/V1/MEDIA/VIDEO/I2.SignalPresent"];
    device.properties["/V1/MEDIA/VIDEO/XP/I2.SignalPresent"] = "true";
    const held = open({ wanted_input: "I2" });
    expect((await look(held)).metrics).toMatchObject({ signal_present: true });
    device.asked.length = 0;
    expect((await look(held)).metrics).toMatchObject({ signal_present: true });
    expect(device.asked).not.toContain("GET /V1/MEDIA/VIDEO/I2.SignalPresent");
    expect(device.asked).not.toContain("GET /.ProductName");
  });

  it("that lacks what is asked for says so, and is not asked again", async () => {
    const held = open({ wanted_input: "I9" });
    const first = await look(held);
    expect(first).toMatchObject({
      state: "online",
      error: { code: "CONFIG_INVALID", text: expect.stringContaining("I9.SignalPresent") as string },
    });
    expect(first.metrics).toMatchObject({ input_state: "wrong" });
    device.asked.length = 0;
    await look(held);
    expect(device.asked.filter((each) => each.includes("I9"))).toEqual([]);
  });
});

it("a matrix tells all ports in one answer", async () => {
  await device.stop();
  device = await startLw3Device({
    host: "127.0.0.1",
    clock,
    properties: {
      "/.ProductName": "MMX8x4-HT420M",
      "/MEDIA/VIDEO/XP.DestinationConnectionList": "I1;I4;0;I2",
      "/MEDIA/VIDEO/XP.DestinationPortStatus": "T00BF;M00BF;T00BF;T00BF",
      "/MEDIA/VIDEO/XP.SourcePortStatus": "T00AA;T00AA;T00AA;T00BF",
    },
  });
  expect((await look(open({ family: "matrix", output: "O2", wanted_input: "I4" }))).metrics).toMatchObject({
    input_state: "right",
    picture_muted: true,
    signal_present: true,
  });
});

describe("trouble is an observation", () => {
  it.each([
    ["refuses", "offline", "DEVICE_REFUSED"],
    ["hangs", "offline", "DEVICE_SILENT"],
    ["garbage", "online", "DEVICE_GARBAGE"],
    ["half-answers", "online", "DEVICE_SILENT"],
  ] as const)("%s", async (fault, state, code) => {
    await device.fault(fault);
    const seen = await look(open());
    expect(seen).toMatchObject({ state, error: { code } });
    expect(seen.metrics).not.toHaveProperty("picture_muted");
  });

  it("a value that cannot be is named, and the others are told", async () => {
    device.properties["/V1/MEDIA/OCS/P1.State"] = "Haunted";
    const { metrics, error } = await look(open({ occupancy_port: "P1" }));
    expect(error).toMatchObject({ code: "DEVICE_GARBAGE", text: expect.stringContaining("Haunted") as string });
    expect(metrics).toMatchObject({ picture_muted: false });
    expect(metrics).not.toHaveProperty("occupied");
  });

  it("what others switch meanwhile answers nothing", async () => {
    await device.fault("chatters");
    const seen = await look(open({ wanted_input: "I2" }));
    expect(seen.error).toBeUndefined();
    expect(seen.metrics).toMatchObject({ input_state: "right" });
  });

  it("a slow one is waited for; one that is given up ends at once", async () => {
    await device.fault("slow");
    expect((await look(open())).metrics).toMatchObject({ picture_muted: false });
    await device.fault("hangs");
    expect(await open().poll(AbortSignal.timeout(30))).toMatchObject({
      state: "offline",
      error: { code: "DEVICE_SILENT" },
    });
  });
});

describe("orders", () => {
  it("switches the room's output, and says why not", async () => {
    expect(await give({ command: "select_input", input: "I1" })).toEqual({ ok: true });
    expect(device.properties["/V1/MEDIA/VIDEO/XP/O1.ConnectedSource"]).toBe("I1");
    await device.fault("locked");
    expect(await give({ command: "select_input", input: "I2" })).toEqual({
      ok: false,
      code: "DEVICE_REFUSED",
      text: "refuses input I2: Illegal operation",
    });
    await device.fault("refuses");
    expect(await give({ command: "select_input", input: "I2" })).toMatchObject({ ok: false, code: "DEVICE_REFUSED" });
  });

  it.each([
    [{ command: "power_on" }, "NOT_SUPPORTED"],
    [{ command: "select_input", input: "HDMI" }, "BAD_INPUT"],
    [{ command: "select_input" }, "BAD_INPUT"],
  ] as const)("%j is %s", async (order, code) => {
    expect(await give(order)).toMatchObject({ ok: false, code });
    expect(device.asked).toEqual([]);
  });
});

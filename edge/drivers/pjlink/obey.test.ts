import { afterEach, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, millis, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type PjlinkDevice, startPjlinkDevice } from "#simulators/devices/pjlink.ts";
import type { Obeyed, Order } from "../driver.ts";
import { pjlink } from "./driver.ts";
import { PjlinkOptions } from "./options.ts";

const devices: PjlinkDevice[] = [];
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.stop()));
});

interface Bench {
  device: PjlinkDevice;
  clock: VirtualClock;
  /** Gives an order on a real socket, while virtual time runs. */
  give: (order: Order, options?: { within?: number; wantedInput?: string }) => Promise<Obeyed>;
}

async function bench(): Promise<Bench> {
  const clock = new VirtualClock(instant(Date.UTC(2026, 10, 23, 9)));
  const device = await startPjlinkDevice({ host: "127.0.0.1", clock, seed: 7 });
  devices.push(device);
  return {
    device,
    clock,
    async give(order, { within = 300, wantedInput } = {}) {
      const options = PjlinkOptions.parse({ host: "127.0.0.1", port: device.port, wanted_input: wantedInput });
      const open = pjlink.open(options, { clock, log: silentLog });
      const abort = new AbortController();
      const cancel = clock.after(seconds(within), () => abort.abort());
      const over = new AbortController();
      const given = (open.obey?.(order, abort.signal) ?? Promise.reject(new Error("it obeys nothing"))).finally(() =>
        over.abort(),
      );
      const end = systemClock.now() + 8_000;
      while (!over.signal.aborted && systemClock.now() < end) {
        for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
        clock.advance(millis(500));
      }
      cancel();
      return given;
    },
  };
}
const orders = ({ asked }: PjlinkDevice): string[] => asked.filter((line) => !line.endsWith("?"));

describe("a preflight", () => {
  it("wakes what sleeps, reads its own report, and lets it sleep again", async () => {
    const { device, give } = await bench();
    expect(await give({ command: "preflight" }, { wantedInput: "31" })).toEqual({
      ok: true,
      text: "it woke, reports no error, and sleeps again",
    });
    expect(orders(device)).toEqual(["POWR 1", "INPT 31", "POWR 0"]);
    expect(device.state.power).toBe("cooling");
  });

  it("leaves on what is on", async () => {
    const { device, give, clock } = await bench();
    device.power("on");
    clock.advance(seconds(31));
    expect(await give({ command: "preflight" })).toEqual({ ok: true, text: "it is on and reports no error" });
    expect(orders(device)).toEqual([]);
    expect(device.state.power).toBe("on");
  });

  it("sees the lamp that dies when it is switched on, which no reading shows before", async () => {
    const { device, give } = await bench();
    await device.set("lamp-dead");
    expect(await give({ command: "preflight" })).toEqual({
      ok: false,
      code: "DEVICE_FAULT",
      text: "it reports an error: lamp",
    });
  });

  it("tells of an error that it reports, and of an input that it does not have", async () => {
    const { device, give } = await bench();
    device.health({ fan: 2, filter: 2 });
    expect(await give({ command: "preflight" })).toMatchObject({ ok: false, text: "it reports an error: fan" });
    device.health({ fan: 0 });
    expect(await give({ command: "preflight" }, { wantedInput: "51" })).toMatchObject({
      ok: false,
      code: "DEVICE_REFUSED",
    });
  });

  it("ends by its deadline, and says how far it came", async () => {
    const { give } = await bench();
    expect(await give({ command: "preflight" }, { within: 10 })).toEqual({
      ok: false,
      code: "WAKE_FAILED",
      text: "it was still warming when time was up",
    });
  });

  it("waits for a projector that is cooling down", async () => {
    const { device, give, clock } = await bench();
    device.power("on");
    clock.advance(seconds(31));
    device.power("off");
    expect(await give({ command: "preflight" })).toMatchObject({ ok: true });
  });

  it("finds nobody there", async () => {
    const { device, give } = await bench();
    await device.set("refuses");
    expect(await give({ command: "preflight" })).toMatchObject({ ok: false });
  });
});

describe("orders", () => {
  it("switch on, select and switch off", async () => {
    const { device, give } = await bench();
    expect(await give({ command: "power_on" })).toEqual({ ok: true });
    expect(device.state.power).toBe("on");
    expect(await give({ command: "select_input", input: "32" })).toEqual({ ok: true });
    expect(device.state.input).toBe("32");
    expect(await give({ command: "power_off" })).toEqual({ ok: true });
    expect(device.state.power).toBe("cooling");
  });

  it("to switch off wait for what warms up, and find done what cools down already", async () => {
    const { device, give, clock } = await bench();
    device.power("on");
    clock.advance(seconds(5));
    expect(await give({ command: "power_off" })).toEqual({ ok: true });
    expect(device.state.power).toBe("cooling");
    expect(await give({ command: "power_off" })).toEqual({ ok: true });
    expect(orders(device)).toEqual(["POWR 0"]);
    clock.advance(seconds(61));
    device.power("on");
    expect(await give({ command: "power_off" }, { within: 10 })).toMatchObject({
      ok: false,
      text: "it was still warming when time was up",
    });
  });

  it("never pass on an input that is none", async () => {
    const { device, give } = await bench();
    expect(await give({ command: "select_input", input: "31\r%1POWR 0" })).toMatchObject({ code: "BAD_INPUT" });
    expect(device.asked).toEqual([]);
  });
});

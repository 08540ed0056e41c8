import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as fc from "fast-check";
import { silentLog } from "#contract/log.ts";
import { metrics as registry, wrongType } from "#contract/metrics.ts";
import { systemClock } from "#contract/system-clock.ts";
import { seconds } from "#contract/units.ts";
import { startXapiDevice, type XapiDevice } from "#simulators/devices/xapi.ts";
import { Secret } from "../../secret.ts";
import type { OpenDevice } from "../driver.ts";
import { xapi } from "./driver.ts";
import { XapiOptions } from "./options.ts";
import { metricsOf, XapiGarbage } from "./status.ts";

let codec: XapiDevice;
beforeEach(async () => {
  codec = await startXapiDevice({ host: "127.0.0.1", clock: systemClock });
});
afterEach(() => codec.stop());

const open = (more: object = {}): OpenDevice =>
  xapi.open(
    XapiOptions.parse({
      host: "127.0.0.1",
      port: codec.port,
      user: "greenroom",
      password: new Secret("secret"),
      plain: true,
      ...more,
    }),
    { clock: systemClock, log: silentLog },
  );
const never = (): AbortSignal => new AbortController().signal;
const soon = (ms: number): AbortSignal => AbortSignal.timeout(ms);

describe("a codec", () => {
  it("is read whole", async () => {
    codec.set("RoomAnalytics.PeopleCount.Current", "3");
    codec.set("RoomAnalytics.PeoplePresence", "Yes");
    expect(await open().poll(never())).toMatchObject({
      state: "online",
      model: "Cisco Room Bar",
      firmware: "RoomOS 11.20",
      metrics: {
        reachable: true,
        registered: true,
        in_call: false,
        power_state: "on",
        cameras_connected: 1,
        microphones_connected: 1,
        microphone_muted: false,
        other_health: "ok",
        people_count: 3,
        occupied: true,
        noise_dba: 34,
        temperature_c: 21.5,
        humidity_pct: 43,
        uptime_s: 86_400,
      },
    });
  });

  it("says only what its intervals name, and nothing of the wrong type", async () => {
    const { metrics } = await open().poll(never());
    const named = xapi.intervals(XapiOptions.parse({ host: "h", user: "u", password: new Secret("s") }), seconds(30));
    for (const [name, value] of Object.entries(metrics)) {
      expect(Object.keys(named)).toContain(name);
      expect(wrongType(registry.get(name) as NonNullable<ReturnType<typeof registry.get>>, value)).toBeUndefined();
    }
  });

  it("that lost its registration, its camera or its panel says so", async () => {
    await codec.fault("unregistered");
    await codec.fault("camera-lost");
    codec.set("Peripherals.ConnectedDevice", [
      { id: 1, Type: "TouchPanel", Status: "LostConnection" },
      { id: 2, Type: "Byod", Status: "LostConnection" },
    ]);
    expect((await open().poll(never())).metrics).toMatchObject({
      registered: false,
      cameras_connected: 0,
      other_health: "warning",
    });
    codec.set("Diagnostics.Message", { id: 1, Level: "Error", Type: "NTPStatus", Description: "No NTP server" });
    expect(await open().poll(never())).toMatchObject({
      metrics: { other_health: "error" },
      error: { code: "DEVICE_FAULT", text: "No NTP server" },
    });
  });

  it("without a sense is not asked for it again", async () => {
    await codec.stop();
    codec = await startXapiDevice({ host: "127.0.0.1", clock: systemClock, lacks: ["RoomAnalytics", "Peripherals"] });
    const device = open();
    expect((await device.poll(never())).metrics).not.toHaveProperty("people_count");
    codec.asked.length = 0;
    await device.poll(never());
    expect(codec.asked.some((asked) => asked.includes("RoomAnalytics"))).toBe(false);
    expect(codec.asked).toContain("xGet Status Standby");
  });
});

describe("trouble is an observation", () => {
  it.each([
    ["refuses", "offline", "DEVICE_REFUSED"],
    ["garbage", "offline", "DEVICE_GARBAGE"],
    ["half-answers", "offline", "DEVICE_SILENT"],
  ] as const)("%s", async (fault, state, code) => {
    await codec.fault(fault);
    expect(await open().poll(never())).toMatchObject({ state, metrics: { reachable: false }, error: { code } });
  });

  it("hangs", async () => {
    await codec.fault("hangs");
    expect(await open().poll(soon(200))).toMatchObject({ state: "offline", error: { code: "DEVICE_SILENT" } });
  });

  it("a wrong password is not tried again: it locks the account", async () => {
    await codec.fault("wrong-password");
    expect(await open().poll(never())).toMatchObject({ giveUp: true, error: { code: "DEVICE_PASSWORD" } });
  });

  it("a value that is none spoils no other look", async () => {
    codec.set("RoomAnalytics.AmbientTemperature", "warm");
    const device = open();
    expect(await device.poll(never())).toMatchObject({ state: "online", error: { code: "DEVICE_GARBAGE" } });
    codec.set("RoomAnalytics.AmbientTemperature", 22);
    expect((await device.poll(never())).metrics).toMatchObject({ temperature_c: 22 });
  });

  it("a whole tree of anything never makes it throw anything but garbage", () => {
    fc.assert(
      fc.property(
        fc.anything({ maxDepth: 5 }),
        fc.constantFrom("RoomAnalytics", "Standby", "Diagnostics", "Call"),
        (value, key) => {
          try {
            for (const [name, each] of Object.entries(metricsOf({ [key]: value, ...(value as object) })))
              expect(
                wrongType(registry.get(name) as NonNullable<ReturnType<typeof registry.get>>, each),
              ).toBeUndefined();
          } catch (error) {
            expect(error).toBeInstanceOf(XapiGarbage);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("a preflight", () => {
  it("wakes what sleeps, finds it well, and lets it sleep again", async () => {
    codec.set("Standby.State", "Standby");
    expect(await open().obey?.({ command: "preflight" }, never())).toMatchObject({ ok: true });
    expect(codec.asked).toEqual(expect.arrayContaining(["xCommand/Standby/Deactivate", "xCommand/Standby/Activate"]));
    expect((await open().poll(never())).metrics["power_state"]).toBe("standby");
  });

  it("says that it is not registered", async () => {
    await codec.fault("unregistered");
    expect(await open().obey?.({ command: "preflight" }, never())).toMatchObject({ ok: false, code: "NOT_REGISTERED" });
  });

  it("places the test call and hangs up, but never while a call runs", async () => {
    const device = open({ test_call: "loop@example.com" });
    expect(await device.obey?.({ command: "preflight" }, never())).toMatchObject({ ok: true });
    expect(codec.asked).toEqual(expect.arrayContaining(["xCommand/Dial", "xCommand/Call/Disconnect"]));
    codec.asked.length = 0;
    codec.set("SystemUnit.State.NumberOfActiveCalls", 1);
    expect(await device.obey?.({ command: "preflight" }, never())).toMatchObject({ ok: true });
    expect(codec.asked).not.toContain("xCommand/Dial");
  });
});

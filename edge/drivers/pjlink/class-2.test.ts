import { createSocket } from "node:dgram";
import { existsSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { afterEach, describe, expect, it, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { isPlausible, metrics as registry } from "#contract/metrics.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, millis } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import {
  type PjlinkDevice,
  pjlinkClass2,
  type PjlinkDeviceOptions,
  startPjlinkDevice,
} from "#simulators/devices/pjlink.ts";
import { Secret } from "../../secret.ts";
import type { Observation, OpenDevice } from "../driver.ts";
import { pjlink } from "./driver.ts";
import { parseAnswer, parseChallenge, parseNotice, parseSignal, sha256LogIn } from "./lines.ts";
import { PjlinkOptions } from "./options.ts";
import { parsePjlink } from "./readings.ts";

const devices: PjlinkDevice[] = [];
const opened: OpenDevice[] = [];
afterEach(async () => {
  for (const device of opened.splice(0)) device.close?.();
  await Promise.all(devices.splice(0).map((device) => device.stop()));
});

async function projector(options: Partial<PjlinkDeviceOptions> = {}): Promise<PjlinkDevice> {
  const model = { warmUp: millis(5), coolDown: millis(5), class2: pjlinkClass2, ...options.model };
  const device = await startPjlinkDevice({ host: "127.0.0.1", clock: systemClock, seed: 7, ...options, model });
  devices.push(device);
  return device;
}

function driverOf(device: { port: number }, options: object = {}, lookSoon = (): void => {}): OpenDevice {
  const context = { clock: new VirtualClock(instant(0)), log: silentLog, lookSoon };
  const open = pjlink.open(PjlinkOptions.parse({ host: "127.0.0.1", port: device.port, ...options }), context);
  opened.push(open);
  return open;
}
const look = (open: OpenDevice): Promise<Observation> => open.poll(new AbortController().signal);
const on = async (device: PjlinkDevice): Promise<void> => {
  device.power("on");
  await expect.poll(() => device.state.power).toBe("on");
};

test("the SHA-256 log-in is the specification's", () => {
  const logIn = sha256LogIn(
    "3db25e10f69c47a85adb24cf361897e0",
    "c14b279e603d8a5f17e849ba360f2dc5",
    "JBMIAProjectorLink",
  );
  expect(logIn).toBe(
    "c14b279e603d8a5f17e849ba360f2dc570ab129eac6924d4c129c9c4fcf45be42e1e776325a66db67e5b6eee50f2a692",
  );
  expect(parseChallenge("PJLINK 2 3DB25E10F69C47A85ADB24CF361897E0")).toBe("3db25e10f69c47a85adb24cf361897e0");
  expect(parseChallenge("PJLINK 2 3db2")).toBeUndefined();
});

describe("a device of class 2", () => {
  it("tells its filter, frozen picture, signal, serial number and software", async () => {
    const device = await projector();
    await on(device);
    device.freeze(true);
    device.signal("-");
    const open = driverOf(device);
    await look(open);
    expect(await look(open)).toMatchObject({
      state: "online",
      model: "Lumen & Lux LX-4100",
      firmware: "2.10.7",
      serial: "LX4100-000042",
      metrics: { picture_frozen: true, signal_present: false },
    });
    device.signal("*");
    expect((await look(open)).metrics).not.toHaveProperty("signal_present");
  });

  it("tells its filter hours hourly, and nothing of its picture while it sleeps", async () => {
    const device = await projector();
    const open = driverOf(device);
    expect((await look(open)).metrics).toMatchObject({ filter_hours_h: 1_900, power_state: "standby" });
    const again = await look(open);
    expect(again.error).toBeUndefined();
    for (const metric of ["filter_hours_h", "picture_frozen", "signal_present"])
      expect(again.metrics).not.toHaveProperty(metric);
    expect(device.asked.filter((asked) => asked === "CLSS ?")).toHaveLength(1);
  });

  it("without a filter is not asked for it again", async () => {
    const device = await projector({ model: { class2: { ...pjlinkClass2, filterHours: undefined } } });
    const open = driverOf(device);
    await look(open);
    await look(open);
    expect(device.asked.filter((asked) => asked === "FILT ?")).toHaveLength(1);
  });

  it("takes inputs that class 1 does not know, and says by name where it stays", async () => {
    const device = await projector({ model: { inputs: ["11", "31", "6Z"] } });
    await on(device);
    const open = driverOf(device, { wanted_input: "6Z" });
    await look(open);
    expect(await open.obey?.({ command: "select_input", input: "6Z" }, new AbortController().signal)).toEqual({
      ok: true,
    });
    expect((await look(open)).metrics["input_state"]).toBe("right");
  });
});

test("a device of class 1 is asked nothing of class 2", async () => {
  const device = await projector({ model: { class2: undefined } });
  await on(device);
  const open = driverOf(device);
  await look(open);
  await look(open);
  expect(device.asked.filter((asked) => /FILT|FREZ|IRES|SNUM|SVER/.test(asked))).toEqual([]);
});

describe("log-in", () => {
  const password = new Secret("JBMIAProjectorLink");
  const old = { class2: { ...pjlinkClass2, knowsSha256: false } };

  it.each(["md5", "sha256", "auto"])("by %s where the device knows both", async (login) => {
    const device = await projector({ password: "JBMIAProjectorLink" });
    const open = driverOf(device, { password, login });
    for (let i = 0; i < 2; i++) expect((await look(open)).metrics["power_state"]).toBe("standby");
  });

  it("auto falls back to MD5 on an older device, and remembers it", async () => {
    const device = await projector({ password: "JBMIAProjectorLink", model: old });
    const open = driverOf(device, { password, login: "auto" });
    for (let i = 0; i < 2; i++) expect(await look(open)).toMatchObject({ metrics: { power_state: "standby" } });
  });

  it("by SHA-256 alone never falls back", async () => {
    const device = await projector({ password: "JBMIAProjectorLink", model: old });
    expect(await look(driverOf(device, { password, login: "sha256" }))).toMatchObject({
      giveUp: true,
      error: { code: "DEVICE_PASSWORD", text: expect.stringContaining("does not know the SHA-256 log-in") as string },
    });
  });

  it.each(["sha256", "auto"])("by %s with a wrong password is tried once and told", async (login) => {
    const device = await projector({ password: "right" });
    const seen = await look(driverOf(device, { password: new Secret("hunter2"), login }));
    expect(seen).toMatchObject({ giveUp: true, error: { code: "DEVICE_PASSWORD" } });
    expect(JSON.stringify(seen)).not.toContain("hunter2");
  });
});

describe("notices", () => {
  async function freeUdpPort(): Promise<number> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    const { port } = socket.address();
    await new Promise<void>((resolve) => socket.close(resolve));
    return port;
  }

  it("hasten the next look; what is so is still asked for", async () => {
    const at = { address: "127.0.0.1", port: await freeUdpPort() };
    const device = await projector({ notices: { host: at.address, port: at.port } });
    let hints = 0;
    const open = driverOf(device, { notices: at }, () => (hints += 1));
    await look(open);
    device.input("31");
    await expect.poll(() => hints).toBe(1);
    device.health({ filter: 2 });
    await expect.poll(() => hints).toBe(2);
    expect((await look(open)).metrics["filter_health"]).toBe("error");
  });

  it("are shared by the devices of a port, and end with the last", async () => {
    const at = { address: "127.0.0.1", port: await freeUdpPort() };
    const device = await projector({ notices: { host: at.address, port: at.port } });
    let hints = 0;
    const first = driverOf(device, { notices: at }, () => (hints += 1));
    const second = driverOf(device, { notices: at }, () => (hints += 10));
    device.input("31");
    await expect.poll(() => hints).toBe(11);
    first.close?.();
    device.input("32");
    await expect.poll(() => hints).toBe(21);
    second.close?.();
    // The port is free again.
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(at.port, at.address, resolve));
    socket.close();
  });

  it("from others, or that are none, are not heard", async () => {
    const at = { address: "127.0.0.1", port: await freeUdpPort() };
    let hints = 0;
    driverOf({ port: 1 }, { notices: at, host: "192.0.2.7" }, () => (hints += 1));
    driverOf({ port: 1 }, { notices: at, host: "127.0.0.1" }, () => (hints += 100));
    const socket = createSocket("udp4");
    for (const text of ["%1POWR=1\r", "\0", "%2SRCH\r", "x".repeat(2_000), "%2POWR=1\r"])
      socket.send(text, at.port, at.address);
    await expect.poll(() => hints).toBe(100);
    socket.close();
  });

  it("that cannot be heard because the port is taken leave the looking as it is", async () => {
    const taken = createSocket("udp4");
    await new Promise<void>((resolve) => taken.bind(0, "127.0.0.1", resolve));
    const device = await projector();
    const open = driverOf(device, { notices: { address: "127.0.0.1", port: taken.address().port } });
    expect((await look(open)).state).toBe("online");
    taken.close();
  });

  it("without the option nothing listens", () => {
    expect(PjlinkOptions.parse({ host: "h" }).notices).toBeUndefined();
  });
});

const corpus = new URL("../../../../shared/payloads/pjlink.jsonl", import.meta.url);
test.skipIf(!existsSync(corpus))("the recorded class 2 lines and notices say what they must", () => {
  const lines = readFileSync(corpus, "utf8")
    .trim()
    .split("\n")
    .map(
      (line) => JSON.parse(line) as { topic: string; payload: string; note: string; expect?: Record<string, unknown> },
    )
    .filter(({ payload }) => payload.startsWith("%2"));
  expect(lines.length).toBeGreaterThan(10);
  for (const { topic, payload, expect: wanted = {} } of lines) {
    const text = payload.replace(/\r$/, "");
    const parsed = parsePjlink(payload);
    if (topic.startsWith("udp")) {
      expect(parseNotice(payload) ?? /%2(ACKN|SRCH)/.exec(payload)?.[0]).toBeDefined();
      continue;
    }
    const answer = parseAnswer(text.slice(2, 6), text);
    if (typeof wanted["error"] === "string") {
      expect(answer).toEqual({ ok: false, error: wanted["error"] });
      continue;
    }
    expect(parsed.ok).toBe(true);
    if (!parsed.ok) continue;
    if ("filter_h" in wanted) expect(parsed.value).toEqual({ filter_hours_h: wanted["filter_h"] });
    if ("frozen" in wanted) expect(parsed.value).toEqual({ picture_frozen: wanted["frozen"] });
    if (wanted["signal"] === false) expect(parsed.value).toEqual({ signal_present: false });
    if (wanted["signal"] === null) expect(parsed.value).toEqual({});
  }
});

test("law: whatever a line is, it is read as plausible values or refused with a reason", () => {
  const body = fc.constantFrom("POWR", "ERST", "FILT", "IRES", "FREZ", "LAMP", "INPT", "SNUM", "XXXX");
  const line = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.constantFrom("%1", "%2", "%3"), body, fc.oneof(fc.string(), fc.stringMatching(/^[0-9 x*-]{0,12}$/)))
      .map(([head, name, value]) => `${head}${name}=${value}\r`),
  );
  fc.assert(
    fc.property(line, (text) => {
      const parsed = parsePjlink(text, { wanted_input: "31", lamp_life_h: 2_000 });
      if (!parsed.ok) expect(parsed.why).not.toBe("");
      for (const [name, value] of Object.entries(parsed.ok ? parsed.value : {})) {
        const metric = registry.get(name);
        expect(metric !== undefined && isPlausible(metric, value)).toBe(true);
      }
    }),
    { numRuns: 5_000 },
  );
});

test("a size is a signal, a dash is none, a star nobody knows", () => {
  expect(["1920x1080", "-", "*", "big", ""].map(parseSignal)).toEqual([
    "present",
    "none",
    "unknown",
    undefined,
    undefined,
  ]);
});

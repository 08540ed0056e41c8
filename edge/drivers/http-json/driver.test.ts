import { createServer as createHttps, type Server } from "node:https";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { earlier, hours, instant, later, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { makeAuthority } from "#simulators/devices/certificate.ts";
import { type HttpJsonDevice, startHttpJsonDevice } from "#simulators/devices/http-json.ts";
import { Secret } from "../../secret.ts";
import type { Observation, OpenDevice } from "../driver.ts";
import { httpJson } from "./driver.ts";
import { HttpJsonOptions } from "./options.ts";

let device: HttpJsonDevice;
beforeEach(async () => {
  device = await startHttpJsonDevice({ host: "127.0.0.1", clock: systemClock });
  device.document = { temp: 21.5 };
});
afterEach(() => device.stop());

const readings = [{ metric: "temperature_c", pointer: "/temp" }];
const open = (more: object = {}, clock: VirtualClock | typeof systemClock = systemClock): OpenDevice =>
  httpJson.open(HttpJsonOptions.parse({ url: `http://127.0.0.1:${device.port}/v?x=1`, readings, ...more }), {
    clock,
    log: silentLog,
  });
const look = (more: object = {}, signal = new AbortController().signal): Promise<Observation> =>
  open(more).poll(signal);

describe("a device that answers", () => {
  it("is read, with the headers that are set", async () => {
    const headers = [
      { name: "X-Api-Key", value: new Secret("k3y") },
      { name: "X-Plain", value: "yes" },
    ];
    expect(await look({ headers, token: new Secret("t0ken") })).toMatchObject({
      state: "online",
      metrics: { reachable: true, temperature_c: 21.5 },
    });
    expect(device.asked[0]).toMatchObject({
      url: "/v?x=1",
      headers: { "x-api-key": "k3y", "x-plain": "yes", authorization: "Bearer t0ken", accept: "application/json" },
    });
  });

  it("tells how long it took", async () => {
    const { metrics } = await look();
    expect(metrics["latency_ms"]).toBeGreaterThanOrEqual(0);
  });

  it("takes a basic log-in", async () => {
    await look({ user: "u", password: new Secret("p:w") });
    expect(device.asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from("u:p:w").toString("base64")}`);
  });
});

describe("trouble is an observation", () => {
  it.each([
    ["refuses", "offline", "DEVICE_REFUSED", false],
    ["garbage", "offline", "DEVICE_GARBAGE", false],
    ["half-answers", "offline", "DEVICE_SILENT", false],
    ["redirects", "online", "DEVICE_REFUSED", true],
    ["broken", "online", "DEVICE_REFUSED", true],
    ["endless", "online", "DEVICE_GARBAGE", true],
    ["wrong-password", "offline", "DEVICE_PASSWORD", true],
  ] as const)("%s", async (fault, state, code, reachable) => {
    await device.fault(fault);
    const seen = await look();
    expect(seen).toMatchObject({ state, metrics: { reachable }, error: { code } });
    expect(seen.metrics).not.toHaveProperty("temperature_c");
    expect(seen.giveUp).toBe(fault === "wrong-password" ? true : undefined);
  });

  it("hangs, until its time is over", async () => {
    await device.fault("hangs");
    const clock = new VirtualClock(instant(0));
    const poll = open({ timeout_s: 3 }, clock).poll(new AbortController().signal);
    await expect.poll(() => device.asked.length).toBe(1);
    clock.advance(seconds(3));
    expect(await poll).toMatchObject({ state: "offline", error: { code: "DEVICE_SILENT" } });
  });

  it("is given up when the signal says so", async () => {
    await device.fault("hangs");
    expect(await look({}, AbortSignal.timeout(50))).toMatchObject({
      state: "offline",
      error: { code: "DEVICE_SILENT" },
    });
    expect(await look({}, AbortSignal.abort())).toMatchObject({ state: "offline" });
  });

  it("a slow one is waited for, and comes back after a reboot", async () => {
    const clock = new VirtualClock(instant(0));
    await device.stop();
    device = await startHttpJsonDevice({ host: "127.0.0.1", clock });
    device.document = { temp: 20 };
    await device.fault("slow");
    const poll = open({}, clock).poll(new AbortController().signal);
    await expect.poll(() => device.asked.length).toBe(1);
    clock.advance(seconds(3));
    expect(await poll).toMatchObject({ state: "online", metrics: { temperature_c: 20, latency_ms: 3000 } });
    await device.fault("slow", false);
    const over = device.fault("reboots");
    await expect.poll(async () => (await open({}, clock).poll(new AbortController().signal)).state).toBe("offline");
    clock.advance(seconds(20));
    await over;
    expect(await open({}, clock).poll(new AbortController().signal)).toMatchObject({ state: "online" });
  });

  it("a certificate that is no certificate is said; what is not TLS at all is garbage", async () => {
    const seen = await look({ url: `https://127.0.0.1:${device.port}/` });
    expect(seen).toMatchObject({ state: "offline", error: { code: "DEVICE_GARBAGE" } });
  });

  it("never says a secret", async () => {
    await device.fault("broken");
    const seen = await look({ token: new Secret("t0ken"), headers: [{ name: "X-Key", value: new Secret("k3y") }] });
    expect(JSON.stringify(seen)).not.toMatch(/t0ken|k3y/);
  });
});

describe("over TLS", () => {
  const now = systemClock.now();
  const [from, to] = [earlier(now, hours(1)), later(now, hours(24))];
  const authority = makeAuthority(from, to);
  let server: Server;
  let port: number;
  beforeAll(async () => {
    const { certificate, key } = authority.sign(["127.0.0.1"], from, to);
    server = createHttps({ cert: certificate, key }, (_, response) => response.end('{"temp":21.5}'));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as { port: number }).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const secure = (more: object): Promise<Observation> => look({ url: `https://127.0.0.1:${port}/`, ...more });

  it("a certificate of an unknown authority is refused, and said", async () => {
    const seen = await secure({});
    expect(seen).toMatchObject({ state: "offline", metrics: { reachable: false }, error: { code: "CERTIFICATE_BAD" } });
    expect(await secure({ ca: new Secret(makeAuthority(from, to).certificate) })).toMatchObject({
      error: { code: "CERTIFICATE_BAD" },
    });
  });

  it("one of the authority that is named is taken; any, where that is said", async () => {
    for (const more of [{ ca: new Secret(authority.certificate) }, { any_certificate: true }])
      expect(await secure(more)).toMatchObject({ state: "online", metrics: { temperature_c: 21.5 } });
  });
});

describe("a configuration that cannot be is refused", () => {
  const why = (more: object): string[] => {
    const parsed = HttpJsonOptions.safeParse({ url: "http://h/", readings, ...more });
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  };
  it.each([
    [{ url: "http://u:p@h/" }, "url carries no user and no password: give them apart"],
    [
      { headers: [{ name: "Authorization", value: "Bearer x" }] },
      "headers.0.value is a secret: give it as value_file or value_env",
    ],
    [{ headers: [{ name: "X", value: "a\r\nb" }] }, "headers.0.value has a line break in it"],
    [{ token: new Secret("a\nb") }, "token has a line break in it"],
    [{ user: "u" }, "user and password go together"],
    [
      { readings: [{ metric: "temp", pointer: "/a" }] },
      "readings.0.metric is no metric; see docs/reference/metrics.md",
    ],
    [{ readings: [{ metric: "co2_ppm" }] }, "readings.0 needs a pointer or an expression, one of the two"],
    [
      { readings: [{ metric: "co2_ppm", pointer: "a" }] },
      "readings.0.pointer must be a JSON pointer, as /data/0/temperature",
    ],
    [{ readings: [{ metric: "co2_ppm", pointer: "/a", unit: "F" }] }, "readings.0 F does not become ppm"],
    [
      { readings: [{ metric: "occupied", pointer: "/a", scale: 2 }] },
      "readings.0 occupied is no number: it takes values, not a unit, scale or offset",
    ],
    [{ readings: [...readings, ...readings] }, "readings.1.metric is read twice; use a device each"],
  ])("%j", (more, fault) => {
    expect(why(more)).toContain(fault);
  });
  it("an expression that is none, with the reason", () => {
    expect(why({ readings: [{ metric: "co2_ppm", expression: "$sum(" }] })[0]).toMatch(
      /^readings.0.expression is no JSONata/,
    );
  });
});

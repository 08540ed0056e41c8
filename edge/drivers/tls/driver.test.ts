import { createHash, X509Certificate } from "node:crypto";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { earlier, hours, instant, later, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import {
  type CertificateAuthority,
  makeAuthority,
  makeSelfSigned,
  type SimulatedCertificate,
} from "#simulators/devices/certificate.ts";
import { startTlsDevice, type TlsDevice } from "#simulators/devices/tls.ts";
import { Secret } from "../../secret.ts";
import type { Observation } from "../driver.ts";
import { tls } from "./driver.ts";
import { TlsOptions } from "./options.ts";

const now = systemClock.now();
const days = (n: number) => later(now, hours(24 * n));
let authority: CertificateAuthority;
let good: SimulatedCertificate;
beforeAll(() => {
  authority = makeAuthority(days(-10), days(400));
  good = authority.sign(["codec.example", "127.0.0.1"], days(-10), days(90.5));
});

const devices: TlsDevice[] = [];
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.stop()));
});
async function started(certificate = good): Promise<TlsDevice> {
  const device = await startTlsDevice("127.0.0.1", certificate);
  devices.push(device);
  return device;
}
const look = (
  device: TlsDevice,
  more: object = {},
  clock: VirtualClock | typeof systemClock = systemClock,
  signal = new AbortController().signal,
): Promise<Observation> =>
  tls
    .open(TlsOptions.parse({ host: "127.0.0.1", port: device.port, ca: new Secret(authority.certificate), ...more }), {
      clock,
      log: silentLog,
    })
    .poll(signal);

describe("a certificate", () => {
  it("that is right tells the days it has left, asked for by name", async () => {
    const device = await started();
    expect(await look(device, { server_name: "codec.example" })).toEqual({
      state: "online",
      metrics: {
        reachable: true,
        latency_ms: expect.any(Number) as number,
        certificate_left_d: expect.closeTo(90.5, 1) as number,
        certificate_trusted: true,
      },
    });
    expect(device.asked).toEqual(["codec.example"]);
    expect((await look(device)).metrics["certificate_trusted"]).toBe(true);
  });

  it.each([
    ["expires soon", () => authority.sign(["127.0.0.1"], days(-10), days(5.5)), {}, true, /expires in 5 days/],
    ["has expired", () => authority.sign(["127.0.0.1"], days(-10), days(-1.5)), {}, false, /has expired 1 day ago$/],
    ["is not valid yet", () => authority.sign(["127.0.0.1"], days(2), days(90)), {}, false, /valid only in 2 days/],
    ["is for another name", () => authority.sign(["elsewhere.example"], days(-1), days(90)), {}, false, /another name/],
    ["nobody signed", () => makeSelfSigned(["127.0.0.1"], days(-1), days(90)), {}, false, /self-signed/],
    [
      "is not the pinned one",
      () => authority.sign(["127.0.0.1"], days(-1), days(90)),
      { fingerprint: "ab".repeat(32) },
      false,
      /pinned/,
    ],
  ] as const)("that %s is a finding", async (_what, make, more, trusted, text) => {
    const seen = await look(await started(make()), more);
    expect(seen).toMatchObject({
      state: "online",
      metrics: { certificate_trusted: trusted },
      error: { code: "CERTIFICATE_BAD" },
    });
    expect(seen.error?.text).toMatch(text);
  });

  it("that is self-signed on purpose is no finding, but its expiry is", async () => {
    const own = makeSelfSigned(["panel"], days(-1), days(90));
    const seen = await look(await started(own), { self_signed: true });
    expect(seen.error).toBeUndefined();
    expect(seen.metrics).not.toHaveProperty("certificate_trusted");
    const old = makeSelfSigned(["panel"], days(-9), days(-1.5));
    expect((await look(await started(old), { self_signed: true })).error?.text).toMatch(/expired 1 day ago/);
  });

  it("that is pinned is trusted, whoever signed it", async () => {
    const own = makeSelfSigned(["panel"], days(-1), days(90));
    const fingerprint = createHash("sha256").update(new X509Certificate(own.certificate).raw).digest("hex");
    expect(await look(await started(own), { fingerprint })).toMatchObject({ metrics: { certificate_trusted: true } });
  });

  it("is judged by the agent's clock", async () => {
    const clock = new VirtualClock(earlier(now, hours(-24 * 89)));
    const seen = await look(await started(), {}, clock);
    expect(seen.metrics["certificate_left_d"]).toBeCloseTo(1.5, 1);
  });
});

describe("trouble is an observation", () => {
  it.each([
    ["refuses", "offline", "DEVICE_REFUSED"],
    ["garbage", "offline", "DEVICE_GARBAGE"],
    ["half-answers", "offline", "DEVICE_SILENT"],
    ["old-protocol", "online", "CERTIFICATE_BAD"],
  ] as const)("%s", async (fault, state, code) => {
    const device = await started();
    await device.fault(fault);
    const seen = await look(device);
    expect(seen).toMatchObject({ state, error: { code } });
    expect(seen.metrics).not.toHaveProperty("certificate_left_d");
  });

  it("hangs, until its time is over or it is given up", async () => {
    const device = await started();
    await device.fault("hangs");
    const clock = new VirtualClock(instant(now));
    const poll = look(device, {}, clock);
    clock.advance(seconds(8));
    expect(await poll).toMatchObject({ state: "offline", error: { code: "DEVICE_SILENT" } });
    expect(await look(device, {}, clock, AbortSignal.timeout(30))).toMatchObject({ state: "offline" });
  });
});

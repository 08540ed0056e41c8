import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hours, instant, later } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { openAuthority } from "./authority.ts";
import { testRequest } from "./test-request.ts";

const START = instant(Date.UTC(2026, 10, 23));
let folder: string;
let clock: VirtualClock;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "greenroom-authority-")), "authority");
  clock = new VirtualClock(START);
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

test("an agent's certificate carries its name and site, is for clients alone, and is by the authority", async () => {
  const authority = await openAuthority(folder, clock);
  const { csr, publicKey } = await testRequest("somebody-else");
  const made = await authority.signAgent({ csr, agent: "rack-3", site: "hq" });
  const certificate = new X509Certificate(made.certificate);
  const ca = new X509Certificate(authority.certificate);
  expect(certificate.subject).toBe("CN=rack-3\nOU=hq\nO=Greenroom");
  expect(certificate.subjectAltName).toBe("URI:greenroom:agent/hq/rack-3");
  expect(certificate.verify(ca.publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  expect(certificate.serialNumber.toLowerCase()).toBe(made.serial);
  expect(made.publicKey).toBe(publicKey);
  expect(made.expires).toBe(later(START, hours(24 * 60)));
  expect(ca.ca).toBe(true);
});

test("its key is made once, kept for its owner alone, and found again", async () => {
  const [one, two] = await Promise.all([openAuthority(folder, clock), openAuthority(folder, clock)]);
  const again = await openAuthority(folder, clock);
  expect(new Set([one.certificate, two.certificate, again.certificate]).size).toBe(1);
  expect(statSync(join(folder, "ca-key.pem")).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(folder, "ca.pem"), "utf8")).not.toContain("PRIVATE");
  expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
});

test("a key that cannot be read is said, and never replaced", async () => {
  await openAuthority(folder, clock);
  writeFileSync(join(folder, "ca-key.pem"), "half a");
  await expect(openAuthority(folder, clock)).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  expect(readFileSync(join(folder, "ca-key.pem"), "utf8")).toBe("half a");
});

test.each([
  ["nothing", () => ""],
  ["a text", () => "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"],
  [
    "one with a changed bit",
    (csr: string) => csr.replace(/[A-Za-z](?=[^\n]*\n-----END)/, (c) => (c === "A" ? "B" : "A")),
  ],
  ["one that is too long", (csr: string) => csr + " ".repeat(5_000)],
])("%s is no request", async (_, change) => {
  const authority = await openAuthority(folder, clock);
  const csr = change((await testRequest("rack-3")).csr);
  await expect(authority.signAgent({ csr, agent: "rack-3", site: "hq" })).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });
});

test("a request for another kind of key, or that borrows another's key, is refused", async () => {
  const authority = await openAuthority(folder, clock);
  const p384 = await testRequest("rack-3", "P-384");
  await expect(authority.signAgent({ csr: p384.csr, agent: "rack-3", site: "hq" })).rejects.toThrow("P-256");
  const stolen = await testRequest("rack-3", "P-256", (await testRequest("other")).publicKey);
  await expect(authority.signAgent({ csr: stolen.csr, agent: "rack-3", site: "hq" })).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });
});

test("the broker's certificate is kept while its names stay, and made anew before it ends", async () => {
  const authority = await openAuthority(folder, clock);
  const names = ["greenroom.example.com", "127.0.0.1"];
  const first = await authority.serverCertificate(names);
  expect((await authority.serverCertificate(names)).cert).toBe(first.cert);
  const certificate = new X509Certificate(first.cert);
  expect(certificate.subjectAltName).toBe("DNS:greenroom.example.com, IP Address:127.0.0.1");
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  expect((await authority.serverCertificate([...names, "other.example.com"])).cert).not.toBe(first.cert);
  const now = await authority.serverCertificate(names);
  clock.advance(hours(24 * 300));
  expect((await authority.serverCertificate(names)).expires).toBeGreaterThan(now.expires);
  expect(statSync(join(folder, "server-key.pem")).mode & 0o777).toBe(0o600);
});

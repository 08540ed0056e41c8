import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { earlier, hours, later } from "#contract/units.ts";
import { makeAuthority } from "#simulators/devices/certificate.ts";
import { endProcess, findPeer, untilReady } from "#test/peers/peer-process.ts";
import { freePort } from "#test/free-port.ts";
import { Secret } from "../../secret.ts";
import type { Observation } from "../driver.ts";
import { tls } from "./driver.ts";
import { TlsOptions } from "./options.ts";

const program = findPeer("openssl");

describe.skipIf(program === undefined)("OpenSSL's server", () => {
  const now = systemClock.now();
  const authority = makeAuthority(earlier(now, hours(1)), later(now, hours(24 * 365)));
  let folder: string;
  let server: ChildProcess;
  let port: number;
  const look = (more: object): Promise<Observation> =>
    tls
      .open(TlsOptions.parse({ host: "127.0.0.1", port, ...more }), { clock: systemClock, log: silentLog })
      .poll(new AbortController().signal);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "greenroom-openssl-"));
    port = await freePort();
    const { certificate, key } = authority.sign(
      ["panel.example"],
      earlier(now, hours(1)),
      later(now, hours(24 * 10.5)),
    );
    writeFileSync(join(folder, "own.pem"), certificate + key);
    const own = join(folder, "own.pem");
    server = spawn(program ?? "", ["s_server", "-accept", `127.0.0.1:${port}`, "-cert", own, "-key", own, "-quiet"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const answers = async (): Promise<boolean> => (await look({})).state === "online";
    await untilReady(server, answers, { what: "openssl s_server", patienceMs: 20_000 });
  });
  afterAll(async () => {
    await endProcess(server, "SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows a certificate whose days are counted, whose authority is known or not, and whose name is right or not", async () => {
    const ca = new Secret(authority.certificate);
    const known = await look({ ca, server_name: "panel.example", warn_days: 5 });
    expect(known).toMatchObject({ state: "online", metrics: { certificate_trusted: true } });
    expect(known.error).toBeUndefined();
    expect(known.metrics["certificate_left_d"]).toBeCloseTo(10.5, 1);
    expect((await look({ server_name: "panel.example" })).error?.text).toMatch(
      /expires in 10 days; it is not trusted: its authority/,
    );
    expect((await look({ ca, server_name: "codec.example", warn_days: 5 })).error?.text).toMatch(
      /not trusted: it is for another name/,
    );
  });
});

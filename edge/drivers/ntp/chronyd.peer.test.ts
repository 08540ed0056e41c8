import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock } from "#contract/clock.ts";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { later, seconds } from "#contract/units.ts";
import { endProcess, findPeer, untilReady } from "#test/peers/peer-process.ts";
import { freePort } from "#test/free-port.ts";
import type { Observation } from "../driver.ts";
import { ntp } from "./driver.ts";
import { NtpOptions } from "./options.ts";

const program = findPeer("chronyd", "chrony");

describe.skipIf(program === undefined)("chrony's server (apt-get install chrony)", () => {
  let folder: string;
  let chronyd: ChildProcess;
  let port: number;
  const look = (clock: Clock): Promise<Observation> =>
    ntp
      .open(NtpOptions.parse({ servers: [`127.0.0.1:${port}`] }), { clock, log: silentLog })
      .poll(new AbortController().signal);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "greenroom-chrony-"));
    port = await freePort();
    // It serves this machine's time as a source of its own, and sets no clock (-x).
    const config = `local stratum 5\nport ${port}\nbindaddress 127.0.0.1\nallow 127.0.0.1\ncmdport 0\nbindcmdaddress /\npidfile ${folder}/pid\n`;
    writeFileSync(join(folder, "chrony.conf"), config);
    chronyd = spawn(program ?? "", ["-d", "-x", "-U", "-f", join(folder, "chrony.conf")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const answers = async (): Promise<boolean> => (await look(systemClock)).state === "online";
    await untilReady(chronyd, answers, { what: "chronyd", patienceMs: 20_000 });
  });
  afterAll(async () => {
    await endProcess(chronyd, "SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  it("agrees with a clock that is right", async () => {
    const { metrics, error } = await look(systemClock);
    expect(error).toBeUndefined();
    expect(Math.abs(Number(metrics["clock_offset_ms"]))).toBeLessThan(50);
  });

  it("finds a clock that is five seconds ahead", async () => {
    const ahead: Clock = {
      now: () => later(systemClock.now(), seconds(5)),
      after: (delay, task) => systemClock.after(delay, task),
      every: (period, task) => systemClock.every(period, task),
    };
    const { metrics, error } = await look(ahead);
    expect(metrics["clock_offset_ms"]).toBeGreaterThan(4_950);
    expect(metrics["clock_offset_ms"]).toBeLessThan(5_050);
    expect(error?.code).toBe("CLOCK_WRONG");
    expect(error?.text).toMatch(/^the agent's clock is (49[5-9]|50[0-4])\d ms ahead$/);
  });
});

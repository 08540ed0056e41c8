import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import type { Observation } from "../driver.ts";
import { observed, reach } from "./driver.ts";
import { probeIcmp } from "./icmp.ts";
import { ReachOptions } from "./options.ts";

/** Whether this works here; in CI it must. */
function has(what: string, [program = "", ...args]: string[]): boolean {
  const works = spawnSync(program, args, { stdio: "ignore" }).status === 0;
  if (!works && process.env["CI"] === "true") throw new Error(`${what} does not work here`);
  return works;
}
const hasPing = has("ping (apt-get install iputils-ping)", ["ping", "-V"]);
/** A loopback of our own, which may be deaf: nothing leaves the machine, and nobody else's loopback is touched. */
const hasNamespaces = has("a network namespace (iproute2, unshare)", [
  "unshare",
  "-rn",
  "ip",
  "link",
  "set",
  "lo",
  "up",
]);

const folder = mkdtempSync(join(tmpdir(), "greenroom-ping-"));
afterAll(() => rmSync(folder, { recursive: true }));
const { signal } = new AbortController();

/** What the driver says of 127.0.0.1 in a namespace of its own that was prepared so. */
async function lookAfter(name: string, prepare: string, probes: number): Promise<Observation> {
  const program = join(folder, name);
  writeFileSync(program, `#!/bin/sh\nexec unshare -rn sh -c '${prepare}\nexec ping "$@"' ping "$@"\n`);
  chmodSync(program, 0o755);
  const options = ReachOptions.parse({ probe: "icmp", host: "127.0.0.1", probes });
  return observed(await probeIcmp({ host: "127.0.0.1", probes, program }, signal), options);
}
const deaf = "echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all";
const hearing = "echo 0 > /proc/sys/net/ipv4/icmp_echo_ignore_all";

test.skipIf(!hasPing)("a machine that answers echoes is reachable, with its latency", async () => {
  const driver = reach.open(ReachOptions.parse({ probe: "icmp", host: "127.0.0.1", probes: 2 }), {
    clock: systemClock,
    log: silentLog,
  });
  const seen = await driver.poll(signal);
  expect(seen).toMatchObject({ state: "online", metrics: { reachable: true, packet_loss_pct: 0 } });
  expect(seen.metrics["latency_ms"]).toBeGreaterThan(0);
  expect(seen.metrics["latency_ms"]).toBeLessThan(1_000);
});

test.skipIf(!hasPing)("a name that nobody has is not reachable, in the program's own words", async () => {
  const options = ReachOptions.parse({ probe: "icmp", host: "no..such..name", probes: 1 });
  const seen = observed(await probeIcmp({ host: "no..such..name", probes: 1 }, signal), options);
  expect(seen).toMatchObject({ state: "offline", metrics: { reachable: false, packet_loss_pct: 100 } });
  expect(seen.error?.text).toMatch(/not known/i);
});

test.skipIf(!hasPing || !hasNamespaces)(
  "a machine that does not answer is not reachable, and is waited for only so long",
  async () => {
    const began = performance.now();
    expect(await lookAfter("silent", `ip link set lo up\n${deaf}`, 2)).toEqual({
      state: "offline",
      metrics: { reachable: false, packet_loss_pct: 100 },
      error: { code: "DEVICE_SILENT", text: "127.0.0.1: no echo" },
    });
    expect(performance.now() - began).toBeLessThan(4_000);
  },
);

test.skipIf(!hasPing || !hasNamespaces)("an echo that was lost is counted, although the others came", async () => {
  const seen = await lookAfter("lossy", `ip link set lo up\n${deaf}\n(sleep 0.5; ${hearing}) &`, 3);
  expect(seen).toMatchObject({ state: "online", metrics: { reachable: true } });
  expect(seen.metrics["packet_loss_pct"]).toBeCloseTo(33.3, 1);
});

test.skipIf(!hasPing || !hasNamespaces)("without a network nothing is reachable, and the reason is told", async () => {
  const seen = await lookAfter("unplugged", ":", 1);
  expect(seen).toMatchObject({ state: "offline", metrics: { reachable: false } });
  expect(seen.error?.text).toMatch(/unreachable/i);
});

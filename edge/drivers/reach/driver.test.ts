import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import type { Observation } from "../driver.ts";
import { observed, reach } from "./driver.ts";
import { parsePing, probeIcmp } from "./icmp.ts";
import { ReachOptions } from "./options.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}
const look = (options: object, clock = systemClock): Promise<Observation> =>
  reach.open(ReachOptions.parse(options), { clock, log: silentLog }).poll(new AbortController().signal);

test("a port that takes connections is reachable, with its latency and loss", async () => {
  const port = await listening(createServer((socket) => socket.destroy()));
  const seen = await look({ probe: "tcp", host: "127.0.0.1", port });
  expect(seen).toMatchObject({ state: "online", metrics: { reachable: true, packet_loss_pct: 0 } });
  expect(seen.metrics["latency_ms"]).toBeLessThan(1_000);
});

test("a closed port is not, and the reason is told", async () => {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  expect(await look({ probe: "tcp", host: "127.0.0.1", port })).toEqual({
    state: "offline",
    metrics: { reachable: false, packet_loss_pct: 100 },
    error: { code: "DEVICE_SILENT", text: `127.0.0.1: port ${port} is closed` },
  });
});

test.each([
  [200, true],
  [302, true],
  [401, true],
  [503, false],
])("status %i counts as an answer: %s", async (status, reachable) => {
  const port = await listening(createHttpServer((_, response) => response.writeHead(status).end("body")));
  const seen = await look({ probe: "http", url: `http://127.0.0.1:${port}/` });
  expect(seen.metrics["reachable"]).toBe(reachable);
  if (!reachable) expect(seen.error?.text).toContain(`status ${status}`);
});

test("a web server that takes the connection and says nothing is given up in time", async () => {
  const clock = new VirtualClock(instant(0));
  const port = await listening(createServer(() => {}));
  const poll = look({ probe: "http", url: `http://127.0.0.1:${port}/` }, clock);
  clock.advance(seconds(6));
  expect(await poll).toMatchObject({ state: "offline", metrics: { reachable: false } });
});

test("whatever a web server answers, there is an observation", async () => {
  let said = "";
  const port = await listening(createServer((socket) => socket.on("error", () => {}).end(said)));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
        fc.string().map((text) => `HTTP/1.1 200 OK\r\n${text}\r\n\r\n`),
      ),
      async (text) => {
        said = text;
        const seen = await look({ probe: "http", url: `http://127.0.0.1:${port}/` });
        expect(typeof seen.metrics["reachable"]).toBe("boolean");
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  [
    "iputils",
    "3 packets transmitted, 2 received, 33.3333% packet loss, time 2003ms\nrtt min/avg/max/mdev = 0.1/4.5/9.2/0.4 ms",
    2,
    4.5,
  ],
  [
    "busybox",
    "3 packets transmitted, 3 packets received, 0% packet loss\nround-trip min/avg/max = 1.0/2.0/3.0 ms",
    3,
    2,
  ],
  [
    "bsd",
    "3 packets transmitted, 3 packets received, 0.0% packet loss\nround-trip min/avg/max/stddev = 1.0/2.5/3.0/0.1 ms",
    3,
    2.5,
  ],
  ["nobody", "3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2040ms", 0, undefined],
])("the summary of %s is read", (_, output, answers, latency) => {
  const attempts = parsePing(output, 3) ?? [];
  expect(attempts).toHaveLength(3);
  expect(attempts.filter(({ answered }) => answered)).toHaveLength(answers);
  const first = attempts[0];
  expect(first?.answered === true ? first.latency : undefined).toBe(latency);
});

test("no output of ping is read as more than was asked", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^\d{1,6} packets transmitted, \d{1,6} received[ -~]{0,60}$/)),
      (output) => {
        expect(parsePing(output, 3)?.length ?? 0).toBeLessThanOrEqual(3);
      },
    ),
    { numRuns: 5_000 },
  );
});

test("without a ping program nothing is claimed of the device, and the cure is named", async () => {
  const signal = new AbortController().signal;
  const reached = await probeIcmp({ host: "127.0.0.1", probes: 1, program: "no-such-ping" }, signal);
  const seen = observed(reached, ReachOptions.parse({ probe: "icmp", host: "127.0.0.1" }));
  expect(seen.metrics).toEqual({});
  expect(seen.error?.text).toMatch(/not asked: no-such-ping is not installed.*fallback_port/);
});

test("without a ping program in the path the fallback port is tried", async () => {
  const port = await listening(createServer((socket) => socket.destroy()));
  vi.stubEnv("PATH", mkdtempSync(join(tmpdir(), "no-ping-")));
  try {
    const alone = await look({ probe: "icmp", host: "127.0.0.1", probes: 1 });
    expect(alone).toMatchObject({ state: "offline", metrics: {}, error: { code: "CONFIG_INVALID" } });
    const withPort = await look({ probe: "icmp", host: "127.0.0.1", probes: 1, fallback_port: port });
    expect(withPort).toMatchObject({ state: "online", metrics: { reachable: true, packet_loss_pct: 0 } });
  } finally {
    rmSync(process.env["PATH"] ?? "", { recursive: true });
    vi.unstubAllEnvs();
  }
});

test("a ping program that may not be run says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ping-"));
  try {
    const program = join(folder, "ping");
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o644 });
    const reached = await probeIcmp({ host: "127.0.0.1", probes: 1, program }, new AbortController().signal);
    expect(reached).toEqual({ kind: "cannot", why: `the agent may not use ${program}` });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a real program is run without a shell, and killed when it hangs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ping-"));
  try {
    const program = join(folder, "ping");
    writeFileSync(
      program,
      '#!/bin/sh\necho "$@" > "$0.args"\necho \'1 packets transmitted, 1 received, 0% packet loss\'\n',
    );
    chmodSync(program, 0o755);
    const signal = new AbortController().signal;
    expect(await probeIcmp({ host: "10.0.0.1", probes: 1, program }, signal)).toMatchObject({ kind: "asked" });
    writeFileSync(program, "#!/bin/sh\nexec sleep 60\n");
    const controller = new AbortController();
    const hung = probeIcmp({ host: "10.0.0.1", probes: 1, program }, controller.signal);
    controller.abort();
    expect(await hung).toEqual({ kind: "asked", attempts: [{ answered: false, why: "took too long" }] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each(["-rf", "a b", "$(id)", "", "a;b"])("%j is no host", (host) => {
  expect(ReachOptions.safeParse({ probe: "icmp", host }).success).toBe(false);
});

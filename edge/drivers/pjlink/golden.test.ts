import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { metrics as registry, wrongType } from "#contract/metrics.ts";
import { instant, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import type { Observation } from "../driver.ts";
import { pjlink } from "./driver.ts";
import * as lines from "./lines.ts";
import { PjlinkOptions } from "./options.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A device that says exactly this, whatever sense it makes. */
async function scripted(
  greeting: string | Buffer,
  answer: (body: string) => string | Buffer | undefined,
): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.write(greeting);
    socket.on("data", (asked) => {
      const said = answer(/([A-Z0-9]{4}) \?\r$/.exec(String(asked))?.[1] ?? "");
      if (said !== undefined) socket.write(said);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

async function look(port: number, options: object): Promise<Observation> {
  const clock = new VirtualClock(instant(0));
  const device = pjlink.open(PjlinkOptions.parse({ host: "127.0.0.1", port, ...options }), { clock, log: silentLog });
  const over = new AbortController();
  const poll = device.poll(new AbortController().signal).finally(() => over.abort());
  // Time moves only where the device leaves the driver waiting.
  for (let i = 0; !over.signal.aborted && i < 500; i++) {
    for (let turn = 0; turn < 60 && !over.signal.aborted; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!over.signal.aborted) clock.advance(seconds(1));
  }
  return poll;
}

interface Golden {
  greeting: string;
  answers: Record<string, string>;
  options: object;
  expect: Observation;
}
const golden = new URL("golden/", import.meta.url);
describe("golden answers", () => {
  test.each(readdirSync(golden))("%s", async (name) => {
    const wanted = JSON.parse(readFileSync(new URL(name, golden), "utf8")) as Golden;
    const port = await scripted(wanted.greeting, (body) => wanted.answers[body]);
    const seen = await look(port, wanted.options);
    const text = JSON.stringify(seen).replaceAll(`127.0.0.1:${port}`, "ADDRESS");
    expect({
      ...(JSON.parse(text) as Observation),
      metrics: { ...seen.metrics, ...(seen.metrics["latency_ms"] === undefined ? {} : { latency_ms: 0 }) },
    }).toEqual(wanted.expect);
  });
});

const corpus = new URL("../../../../shared/payloads/pjlink.jsonl", import.meta.url);
const cases = existsSync(corpus)
  ? readFileSync(corpus, "utf8")
      .trim()
      .split("\n")
      .map(
        (line) =>
          JSON.parse(line) as {
            topic: string;
            payload: string;
            command?: string;
            note: string;
            expect?: Record<string, unknown>;
            invalid?: true;
          },
      )
      .filter(({ topic, command }) => topic === "tcp:4352" && /^([0-9a-f]{32})?%1/.test(command ?? ""))
  : [];

const readers: Record<string, (value: string) => unknown> = {
  POWR: lines.parsePower,
  AVMT: lines.parsePictureMuted,
  ERST: lines.parseHealth,
  LAMP: lines.parseLamps,
  INPT: lines.parseInput,
};

test.skipIf(cases.length === 0)("the recorded class 1 lines are read or refused as they must be", () => {
  let checked = 0;
  for (const { payload, command = "", invalid, expect: wanted = {} } of cases) {
    const body = /%1(\w{4}) /.exec(command)?.[1] ?? "";
    const answer = lines.parseAnswer(body, payload.replace(/\r$/, ""));
    const read = answer?.ok === true ? readers[body]?.(answer.value) : undefined;
    if (invalid === true) expect(answer === undefined || read === undefined).toBe(true);
    else if (typeof wanted["error"] === "string") expect(answer).toEqual({ ok: false, error: wanted["error"] });
    else if (wanted["power"] !== undefined) expect(read).toBe(wanted["power"]);
    else if (wanted["input"] !== undefined) expect(read).toBe(wanted["input"]);
    else if (wanted["video_mute"] !== undefined) expect(read).toBe(wanted["video_mute"]);
    else if (Array.isArray(wanted["lamps"]) && wanted["lamps"].length > 0)
      expect((read as lines.Lamp[]).map(({ hours, isOn }) => [hours, isOn])).toEqual(wanted["lamps"]);
    else if (wanted["lamps"] !== undefined) expect(answer).toEqual({ ok: false, error: "ERR1" });
    else continue;
    checked += 1;
  }
  expect(checked).toBeGreaterThan(15);
});

test("the digest is the specification's", () => {
  expect(lines.digestOf("498e4a67", "JBMIAProjectorLink")).toBe("5d8409bc1c3fa39749434aa3a5c38682");
});

const nearly = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  fc.stringMatching(/^[%12A-Z =?0-9]{0,40}$/),
  fc.constantFrom(
    "PJLINK 0\r",
    "PJLINK 1 498e4a67\r",
    "PJLINK ERRA\r",
    "%1POWR=1\r",
    "%1ERST=222222\r",
    "%1LAMP=99999 1\r",
    "\r\r\r",
    "\0",
  ),
);

test("law: no line is read as anything but what the registry knows", () => {
  fc.assert(
    fc.property(nearly, fc.constantFrom(...Object.keys(readers)), (text, body) => {
      for (const reader of Object.values(readers)) reader(text);
      lines.parseGreeting(text);
      expect(lines.readableText(text).length).toBeLessThanOrEqual(64);
      const answer = lines.parseAnswer(body, text);
      if (answer?.ok === true) readers[body]?.(answer.value);
    }),
    { numRuns: 20_000 },
  );
});

test("law: whatever a device sends, a poll ends, does not throw, and tells only values that metrics can have", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(nearly, fc.constant("PJLINK 0\r")),
      fc.array(nearly, { maxLength: 8 }),
      async (greeting, said) => {
        let i = 0;
        const port = await scripted(greeting, (body) => said[i++ % (said.length + 1)] ?? `%1${body}=1\r`);
        const seen = await look(port, { wanted_input: "31", password: undefined });
        for (const [name, value] of Object.entries(seen.metrics)) {
          const metric = registry.get(name);
          expect(metric === undefined ? `no metric ${name}` : wrongType(metric, value)).toBeUndefined();
        }
        servers.splice(0).map((server) => server.close());
      },
    ),
    { numRuns: 150 },
  );
});

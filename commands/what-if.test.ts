import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { earlier, type Instant, later, minutes, rfc3339 } from "#contract/units.ts";
import { encode, topicOf } from "#contract/wire.ts";
import { EngineConfig } from "#server/history/engine-config.ts";
import { loadSiteSeed } from "#server/planning/site-seed.ts";
import { startRecorder } from "#server/recorder/recorder.ts";
import { openStore } from "#server/store/open-store.ts";
import { pastInThread } from "./what-if/past-thread.ts";
import { type PastResult } from "./what-if/run-past.ts";

/** Four hours of one cold room with a visit at their end, recorded and stored by the real parts; then the command on it. */
const SITE = "hq";
const now = systemClock.now();
const start = earlier(now, minutes(300));
const arrival = earlier(now, minutes(30));
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "greenroom-what-if-"));
  const store = await openStore(dir);
  await loadSiteSeed(store, {
    site: SITE,
    rooms: [
      {
        room: "harbour",
        card: {
          name: "Harbour",
          floor: "12",
          zone: "Europe/Berlin",
          seats: 8,
          capabilities: ["whiteboard"],
          devices: [
            { device: "air", name: "Air sensor", kind: "sensor", room_air: true, intervals_s: { temperature_c: 60 } },
          ],
          comfort: { temperature_c: { ready: [20, 24], usable: [19, 26] } },
        },
      },
    ],
    demos: [
      {
        id: "acme",
        room: "hq/harbour",
        title: "Acme pitch",
        account: "Acme",
        template: null,
        start: rfc3339(arrival),
        end: rfc3339(later(arrival, minutes(20))),
      },
    ],
    bookings: [],
    maintenance: [],
    people: [],
  });
  await store.close();
  await record();
}, 60_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function record(): Promise<void> {
  const recorder = await startRecorder({
    bus: new MemoryBus(new MemoryBroker()),
    clock: systemClock,
    log: silentLog,
    dataDir: dir,
    engine: EngineConfig.parse({ engine: "sqlite" }),
    attach: "intake",
  });
  const topic = topicOf("reading", { site: SITE, room: "harbour", device: "air" });
  for (let at = start; at < now; at = later(at, minutes(1))) {
    const text = encode("reading", { at: rfc3339(at), metrics: { temperature_c: warmth(at) } });
    await recorder.accept({ topic, payload: new TextEncoder().encode(text) });
  }
  // What is accepted is durable; history takes it over a moment later.
  for (const deadline = systemClock.now() + 20_000; recorder.stats().spooled > 0;) {
    if (systemClock.now() > deadline) throw new Error("history does not take the readings over");
    await new Promise((resolve) => setImmediate(resolve));
  }
  await recorder.stop();
}

const COLD_FOR = minutes(200);
/** Comfortable at first; from then on before the visit it is too cold, and stays so. */
const warmth = (at: Instant): number => (arrival - at > COLD_FOR ? 21.5 : 18.6) + (at % 7) / 100;

const program = fileURLToPath(new URL("../greenroom.ts", import.meta.url));
async function whatIf(...more: string[]): Promise<{ code: number; out: string; err: string }> {
  const args = [program, "what-if", "--data-dir", dir, "--warm-up", "1", ...more];
  const span = more.includes("--from") ? [] : ["--from", rfc3339(later(start, minutes(60))), "--to", rfc3339(now)];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [...args, ...span], { cwd: dir });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

const files = (): string[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith(".db"))
    .map((name) => `${name} ${statSync(join(dir, name)).mtimeMs} ${statSync(join(dir, name)).size}`);

test("a cold room before a visit: told once it cannot be warm in time, with its act-by, and nothing is written", async () => {
  const before = files();
  const { code, out, err } = await whatIf("--json");
  expect([code, err]).toEqual([0, ""]);
  const result = JSON.parse(out) as PastResult;
  expect(result).toMatchObject({ site: SITE, rooms: 1, visits: 1 });
  expect(result.readings).toBeGreaterThan(290);
  const [first] = result.messages;
  expect(first).toMatchObject({ event: "raised", to: "facilities", room: "Harbour", visits: [{ demo: "acme" }] });
  const told = Date.parse(first?.at ?? "");
  expect(told).toBeGreaterThanOrEqual(earlier(arrival, COLD_FOR));
  expect(told).toBeLessThan(Date.parse(first?.act_by ?? ""));
  expect(Date.parse(first?.act_by ?? "")).toBeLessThan(arrival);
  const [alert] = result.alerts;
  // Whoever is told first is told at once.
  expect(Math.abs(Date.parse(alert?.by_these_rules?.raised_at ?? "") - told)).toBeLessThan(minutes(1));
  expect(alert).not.toHaveProperty("as_it_was");
  expect(files()).toEqual(before);
}, 60_000);

test("the same in words; other rules tell it at another time", async () => {
  const { out } = await whatIf();
  expect(out).toMatch(/facilities {2}told: Harbour is .*Acme/);
  expect(out).toMatch(/Raised then too: 0; only by these rules: \d+; only then: 0\./);
  const rules = join(dir, "rules.yaml");
  writeFileSync(rules, "alerts:\n  offer_move_min: 60\n");
  const offered = async (...more: string[]): Promise<number> => {
    const { messages } = JSON.parse((await whatIf("--json", ...more)).out) as PastResult;
    return (arrival - Date.parse(messages.find(({ event }) => event === "offer_move")?.at ?? "")) / minutes(1);
  };
  expect(Math.round(await offered())).toBe(20);
  expect(Math.round(await offered("--rules", rules))).toBe(60);
}, 60_000);

test("what is wrong is said, with the exit code of wrong input", async () => {
  const wrong = async (...more: string[]): Promise<string> => {
    const { code, err } = await whatIf(...more);
    expect(code).toBe(2);
    return err;
  };
  expect(await wrong("--from", "yesterday")).toContain('"yesterday" is not a time with its zone');
  expect(await wrong("--from", rfc3339(now), "--to", rfc3339(start))).toContain("--from: must be before --to");
  expect(await wrong("--site", "nowhere")).toContain("there is no room at site nowhere");
  expect(await wrong("--data-dir", join(dir, "empty"))).toContain("there is no Greenroom in");
  const rules = join(dir, "wrong.yaml");
  writeFileSync(rules, "alerts: { guard_min: -1, cost_of_false_call: { dispaly: 3 } }\n");
  const faults = await wrong("--rules", rules);
  expect(faults).toMatch(/guard_min/);
  expect(faults).toMatch(/there is no such kind of cause/);
}, 60_000);

test("the server's look at the past runs in a thread of its own, and finds the same", async () => {
  const shares: number[] = [];
  const run = pastInThread({ data_dir: dir, history: undefined, alerts: undefined });
  const span = { site: SITE, from: earlier(now, minutes(200)), to: now };
  const answer = await run(span, (share) => shares.push(share), new AbortController().signal);
  expect(answer).toMatchObject({ rooms: 1, visits: 1, more: 0 });
  const [alert] = answer.alerts;
  expect(alert).toMatchObject({ room_key: "hq/harbour", room_name: "Harbour", floor: "12", zone: "Europe/Berlin" });
  expect(alert?.by_these_rules).toBeDefined();
  expect(answer.messages.some((message) => message.alert === alert?.id)).toBe(true);
  expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
  expect(shares.length).toBeGreaterThan(3);
});

test("a look at the past that is called off ends at once", async () => {
  const run = pastInThread({ data_dir: dir, history: undefined, alerts: undefined });
  const abort = new AbortController();
  const ended = run({ site: SITE, from: start, to: now }, () => {}, abort.signal);
  abort.abort();
  await expect(ended).rejects.toThrow("ended before");
});

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "#contract/bus.suite.ts";
import { silentLog } from "#contract/log.ts";
import type { DoorSign } from "#contract/messages/door.ts";
import { instant, minutes, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { verify } from "../notify/signature.ts";
import { type BuildingHook, startBuildingHook } from "./building-hook.ts";
import { AnnounceConfig } from "./config.ts";

const SECRET = "a secret of twenty-six bytes";
const ATRIUM = { site: "hq", room: "atrium" };
const sign = (change: Partial<DoorSign> = {}): DoorSign => ({
  at: "2026-11-23T08:00:00.000Z",
  name: "Atrium",
  floor: "3",
  outcome: "ready",
  score: 100,
  sentence: "Everything is ready.",
  alerts: 0,
  ...change,
});

let server: Server;
let clock: VirtualClock;
let hook: BuildingHook;
let warnings: string[];
let got: { id: string; type: string; outcome?: string; was?: object; room: { key: string } }[];
/** What the receiver answers next; 200 when there is nothing left. */
let answers: number[];
let asked: number;

beforeEach(async () => {
  clock = new VirtualClock(instant(Date.UTC(2026, 10, 23, 8)));
  [got, answers, warnings, asked] = [[], [], [], 0];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      asked += 1;
      const status = answers.shift() ?? 200;
      expect(verify(request.headers, body, SECRET, { clock })).toMatchObject({ ok: true });
      if (status === 200) got.push(JSON.parse(body) as (typeof got)[0]);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  hook = start();
});
afterEach(async () => {
  await hook.stop();
  server.close();
});

const config = (more: object = {}) => {
  const { webhook } = AnnounceConfig.parse({
    webhook: {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/rooms`,
      secret: { env: "HOOK" },
      ...more,
    },
  });
  if (webhook === undefined) throw new Error("no webhook");
  return webhook;
};
const start = (): BuildingHook =>
  startBuildingHook(config(), {
    clock,
    log: { ...silentLog, warn: (_, text) => void warnings.push(text) },
    env: { HOOK: SECRET },
  });
const askedFor = (n: number): Promise<void> =>
  eventually(
    () => asked >= n,
    () => `${asked} of ${n} requests`,
  );

test("a room's verdict, alerts and act-by are told when they change, signed, and not for a point of score", async () => {
  hook.tell(ATRIUM, sign());
  await askedFor(1);
  hook.tell(ATRIUM, sign({ score: 99 }));
  hook.tell(ATRIUM, sign({ outcome: "not_ready", alerts: 1, next_act_by: "2026-11-23T08:30:00.000Z" }));
  await askedFor(2);
  hook.tell(ATRIUM, undefined);
  await askedFor(3);
  expect(got.map(({ type, outcome }) => [type, outcome])).toEqual([
    ["room.changed", "ready"],
    ["room.changed", "not_ready"],
    ["room.removed", undefined],
  ]);
  expect(got[1]?.was).toEqual({ outcome: "ready" });
  expect(new Set(got.map(({ id }) => id)).size).toBe(3);
});

test("a receiver that is away is asked ever more rarely, and then told how things are, not how they were", async () => {
  answers = Array.from({ length: 12 }, () => 503);
  hook.tell(ATRIUM, sign());
  await askedFor(1);
  hook.tell(ATRIUM, sign({ outcome: "degraded" }));
  hook.tell(ATRIUM, sign({ outcome: "not_ready" }));
  hook.tell({ site: "hq", room: "loft" }, sign());
  const waits: number[] = [];
  for (let n = 2; n <= 12; n++) {
    const before = clock.now();
    await eventually(() => hook.stats()["failed_total"] === n - 1, "a failure");
    const isAsked = (): boolean => asked >= n || clock.now() - before >= minutes(10);
    for (let second = 0; !isAsked(); second++) {
      clock.advance(seconds(1));
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    await askedFor(n);
    waits.push(Math.round((clock.now() - before) / 1_000));
  }
  expect(waits.slice(0, 4).every((wait, i) => wait >= 2 ** i)).toBe(true);
  expect(Math.max(...waits)).toBeLessThan(310);
  expect(waits.at(-1)).toBeGreaterThanOrEqual(300);
  await eventually(() => hook.stats()["failed_total"] === 12, "the last failure");
  clock.advance(minutes(5));
  await eventually(() => got.length === 2, "both rooms");
  expect(got.map(({ room, outcome }) => [room.key, outcome])).toEqual([
    ["hq/atrium", "not_ready"],
    ["hq/loft", "ready"],
  ]);
  expect(warnings).toHaveLength(1);
  // The receiver has it before the sender has its answer.
  await eventually(() => hook.stats()["sent_total"] === 2, "both answers");
  expect(hook.stats()).toMatchObject({ waiting: 0, sent_total: 2, replaced_total: 2 });
});

test("what is refused is not sent again and holds nothing up; memory is bounded", async () => {
  answers = [422];
  hook.tell(ATRIUM, sign());
  hook.tell({ site: "hq", room: "loft" }, sign());
  await eventually(() => got.length === 1, "the second room");
  expect([asked, hook.stats()["refused_total"]]).toEqual([2, 1]);
  answers = [503];
  hook.tell(ATRIUM, sign({ outcome: "unknown" }));
  await eventually(() => hook.stats()["failed_total"] === 1, "a failure");
  for (let i = 0; i < 3_000; i++) hook.tell({ site: "hq", room: `r${i}` }, sign());
  expect(hook.stats()).toMatchObject({ waiting: 2_000, dropped_total: 1_001 });
});

test("without its secret it does not start, and its address carries none", () => {
  expect(() => startBuildingHook(config(), { clock, log: silentLog, env: {} })).toThrow("HOOK is not set");
  expect(() => startBuildingHook(config(), { clock, log: silentLog, env: { HOOK: "short" } })).toThrow("at least 16");
  expect(AnnounceConfig.safeParse({ webhook: { url: "https://u:p@example.com", secret: { env: "X" } } }).success).toBe(
    false,
  );
});

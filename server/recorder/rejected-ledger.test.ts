import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { earlier, hours, instant, minutes, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type Rejection, SqliteRejectedLedger } from "./rejected-ledger.ts";

const NOW = instant(Date.parse("2026-11-21T10:00:00Z"));
let folder: string;
let clock: VirtualClock;
let ledger: SqliteRejectedLedger;

const open = (limits?: { rows: number; bytes: number }): SqliteRejectedLedger =>
  new SqliteRejectedLedger({
    file: join(folder, "rejected.db"),
    clock,
    log: silentLog,
    ...(limits === undefined ? {} : { limits }),
  });
const bad = (text: string, more: Partial<Rejection> = {}): Rejection => ({
  topic: "greenroom/v1/hq/atrium/sensor-1/reading",
  payload: Buffer.from(text),
  sender: "edge-1",
  code: "BAD_JSON",
  where: "payload",
  why: "unreadable",
  ...more,
});
const listed = async (limit = 100): Promise<[string, number][]> =>
  (await ledger.list({ limit })).map(({ payload, count }) => [payload, count]);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-rejected-"));
  clock = new VirtualClock(NOW);
  ledger = open();
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the rejected ledger", () => {
  it("makes equal messages one, with a count, and lists the newest first", async () => {
    for (const text of ["a", "b", "a"]) ledger.add(bad(text));
    clock.advance(seconds(1));
    ledger.add(bad("b"));
    ledger.add(bad("b", { sender: "edge-2" }));
    expect(await ledger.list({ limit: 1 })).toMatchObject([{ payload: "b", count: 1, sender: "edge-2" }]);
    expect(await listed()).toEqual([
      ["b", 1],
      ["b", 2],
      ["a", 2],
    ]);
    expect((await ledger.list({ limit: 1 }))[0]).toMatchObject({ at: "2026-11-21T10:00:01.000Z", code: "BAD_JSON" });
  });

  it("turns pages", async () => {
    for (let n = 0; n < 25; n++) ledger.add(bad(String(n)));
    const seen: string[] = [];
    let before: number | undefined;
    for (;;) {
      const page = await ledger.list({ limit: 10, ...(before === undefined ? {} : { before }) });
      seen.push(...page.map(({ payload }) => payload));
      before = page.at(-1)?.id;
      if (before === undefined) break;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => String(24 - n)));
  });

  it("outlives the program", async () => {
    ledger.add(bad("kept"));
    ledger.close();
    ledger = open();
    expect(await listed()).toEqual([["kept", 1]]);
    ledger.add(bad("kept"));
    expect(await listed()).toEqual([["kept", 2]]);
  });

  it("counts all of a flood, keeps some of it, and never more than its bounds, the oldest going first", async () => {
    ledger.close();
    ledger = open({ rows: 300, bytes: 1_000_000 });
    for (let second = 0; second < 5; second++) {
      for (let n = 0; n < 1_000; n++) ledger.add(bad(`${second}/${n} ${"x".repeat(5_000)}`));
      clock.advance(seconds(1));
    }
    const kept = await ledger.list({ limit: 1_000 });
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.length).toBeLessThanOrEqual(300);
    expect(kept.reduce((sum, { payload }) => sum + payload.length, 0)).toBeLessThanOrEqual(1_000_000);
    expect(kept[0]?.payload).toHaveLength(4_096);
    expect(kept.every(({ payload }) => payload.startsWith("4/") || payload.startsWith("3/"))).toBe(true);
    expect(await ledger.countSince(NOW)).toBe(5_000);
  });

  it("counts by time, equal ones included", async () => {
    for (let n = 0; n < 3; n++) ledger.add(bad("same"));
    clock.advance(hours(2));
    ledger.add(bad("same"));
    expect(await ledger.countSince(earlier(clock.now(), hours(1)))).toBe(1);
    expect(await ledger.countSince(NOW)).toBe(4);
    expect(await ledger.countSince(earlier(clock.now(), minutes(-5)))).toBe(0);
  });

  it("takes bytes that are no text", async () => {
    ledger.add(bad("", { payload: new Uint8Array([0xff, 0xfe, 0x00]) }));
    expect((await listed()).length).toBe(1);
  });
});

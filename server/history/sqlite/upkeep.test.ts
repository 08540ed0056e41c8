import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import type { HistoryEngine, HistoryRow } from "../history.ts";
import { startSqliteHistory } from "./sqlite-history.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BASE = Math.floor(Date.parse("2026-11-21T00:00:00Z") / HOUR) * HOUR;

let folder: string;
let engine: HistoryEngine;
const file = (): string => join(folder, "history.db");
const open = (rawDays = 90, rollupDays = 730): Promise<HistoryEngine> =>
  startSqliteHistory({ file: file(), rawDays, rollupDays });

beforeEach(async () => {
  later = 0;
  folder = mkdtempSync(join(tmpdir(), "greenroom-upkeep-"));
  engine = await open();
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const row = (at: number, value: number, device = "sensor-1"): HistoryRow => ({
  series: { site: "hq", room: "atrium", device, metric: "temperature_c" },
  at: instant(at),
  value,
});
let later = 0;
/** Each call a minute after the one before, because upkeep has its pace. */
async function maintain(from: number): Promise<number> {
  let steps = 0;
  const now = from + 60_000 * later++;
  while (await engine.maintain(instant(now))) steps += 1;
  return steps;
}
function inFile<T>(sql: string): T[] {
  const database = new DatabaseSync(file(), { readOnly: true });
  const rows = database
    .prepare(sql)
    .all()
    .map((each) => ({ ...each }) as T);
  database.close();
  return rows;
}

interface Bucket {
  ts: number;
  n: number;
  mean: number;
  min: number;
  max: number;
}
/** What a roll-up must say, computed the plain way. */
function plain(values: ReadonlyMap<number, number>, width: number): Bucket[] {
  const buckets = new Map<number, number[]>();
  for (const [at, value] of values) {
    const ts = Math.floor(at / width) * width;
    buckets.set(ts, [...(buckets.get(ts) ?? []), value]);
  }
  return Array.from(buckets, ([ts, all]) => ({
    ts,
    n: all.length,
    mean: expect.closeTo(all.reduce((sum, one) => sum + one, 0) / all.length, 9) as number,
    min: Math.min(...all),
    max: Math.max(...all),
  })).toSorted((a, b) => a.ts - b.ts);
}

describe("the upkeep of history", () => {
  it("keeps roll-ups true however late, however often and around whatever restarts values come", async () => {
    const value = fc.record({ at: fc.integer({ min: 0, max: 150 }), value: fc.integer({ min: -5, max: 5 }) });
    const act = fc.oneof(
      { weight: 6, arbitrary: fc.record({ write: fc.array(value, { maxLength: 12 }) }) },
      { weight: 2, arbitrary: fc.constant({ maintain: true as const }) },
      { weight: 1, arbitrary: fc.constant({ reopen: true as const }) },
      { weight: 1, arbitrary: fc.constant({ ask: true as const }) },
    );
    let device = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
        const name = `sensor-${device++}`;
        const values = new Map<number, number>();
        for (const one of acts) {
          if ("write" in one) {
            // Two minutes apart, over five hours.
            const rows = one.write.map((each) => row(BASE + each.at * 120_000, each.value, name));
            for (const each of rows) values.set(each.at, each.value);
            await engine.write({ rows });
          } else if ("reopen" in one) {
            await engine.close();
            engine = await open();
          } else if ("ask" in one) {
            const question = { from: instant(BASE), to: instant(BASE + 6 * HOUR), maxPoints: 10 };
            await engine.query({ site: "hq", room: "atrium", device: name, ...question });
          } else await maintain(BASE + DAY);
        }
        await maintain(BASE + DAY);
        for (const [table, width] of [
          ["rollup_5m", 300_000],
          ["rollup_1h", HOUR],
        ] as const)
          expect(
            inFile<Bucket>(
              `SELECT ts, n, mean, min, max FROM ${table} WHERE series_id = (SELECT id FROM series WHERE device = '${name}') ORDER BY ts`,
            ),
          ).toEqual(plain(values, width));
      }),
      { numRuns: 40 },
    );
    expect(inFile("SELECT * FROM stale_hour")).toEqual([]);
  });

  it("forgets what is older than its retention, in small steps, and keeps the roll-ups longer", async () => {
    await engine.close();
    engine = await open(7, 30);
    const rows = Array.from({ length: 40 * 24 }, (_, hour) => row(BASE + hour * HOUR, hour));
    await engine.write({ rows });
    const now = BASE + 40 * DAY;
    expect(await maintain(now)).toBeGreaterThan(30);
    const [raw] = inFile<{ n: number; oldest: number }>("SELECT count(*) AS n, min(ts) AS oldest FROM telemetry");
    expect(raw).toEqual({ n: 7 * 24, oldest: now - 7 * DAY });
    const [rollup] = inFile<{ n: number; oldest: number }>("SELECT count(*) AS n, min(ts) AS oldest FROM rollup_1h");
    // The last hour still waits for its stragglers.
    expect(rollup).toEqual({ n: 30 * 24 - 1, oldest: now - 30 * DAY });
  });

  it("answers from roll-ups where single values have expired, and does not let a straggler bend them", async () => {
    await engine.close();
    engine = await open(7, 30);
    const start = BASE + 20 * DAY;
    await engine.write({ rows: [row(start, 10), row(start + 60_000, 30), row(BASE + 39 * DAY, 1)] });
    await maintain(BASE + 40 * DAY);
    await engine.write({ rows: [row(start + 120_000, 1_000)] });
    await maintain(BASE + 40 * DAY);
    const question = { from: instant(start), to: instant(start + HOUR), maxPoints: 1_000 };
    const [curve] = await engine.query({ site: "hq", room: "atrium", ...question });
    expect(curve).toMatchObject({ step_s: 300, at_ms: [start], mean: [20], min: [10], max: [30] });
  });

  it("undoes a batch as a whole", async () => {
    const broken = { ...row(BASE, 1), value: Number.NaN };
    await expect(engine.write({ rows: [row(BASE, 1), broken] })).rejects.toThrow("NOT NULL");
    const everything = { site: "hq", from: instant(0), to: instant(BASE + DAY), limit: 10 };
    expect(await engine.rows(everything)).toEqual([]);
    await engine.write({ rows: [row(BASE, 2)], upTo: { journal: "j", offset: 1, records: 1 } });
    expect(await engine.rows(everything)).toHaveLength(1);
  });
});

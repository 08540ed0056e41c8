import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ForecastReport } from "./forecast-report.ts";
import { forecastTables } from "./forecast-tables.ts";
import { runForecastTest } from "./run-forecast-test.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "greenroom-forecast-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Monday 07:00 in Los Angeles. */
const MONDAY = Date.UTC(2013, 7, 26, 14);
type Curve = (minute: number) => number;

/** A room in KETI's columns, a row every five minutes. */
async function put(room: string, days: number, curve: Curve): Promise<void> {
  const rows = ["timestamp,co2,humidity,light,pir,temperature"];
  for (let minute = 0; minute < days * 1_440; minute += 5) {
    const time = new Date(MONDAY + minute * 60_000).toISOString().slice(0, 19).replace("T", " ");
    rows.push(`${time},${(500 + 100 * Math.sin(minute / 200)).toFixed(1)},50,100,0,${curve(minute).toFixed(3)}`);
  }
  await writeFile(join(dir, `${room}.csv`), rows.join("\n"));
}
const daily: Curve = (minute) => 22 + 2 * Math.sin((minute / 1_440) * 2 * Math.PI);

describe("the real-data test, on made-up data", () => {
  it("scores working hours after the days that only teach, and finds a daily swing", async () => {
    await put("101", 5, daily);
    await put("102", 5, (minute) => daily(minute + 60));
    const report = await runForecastTest({ data: dir, horizonsMin: [60, 120] });
    expect(report).toMatchObject({ kind: "keti-sdh", rooms: 2, learn: { days: 2, of: "calendar" } });
    expect(Object.keys(report.horizons)).toEqual(["60", "120"]);
    // Wednesday to Friday, 144 steps a day from 07:00 on, two rooms.
    expect(report.horizons["60"]).toMatchObject({ n: 864, rooms_better: 2, rooms_scored: 2 });
    expect(report.horizons["120"]?.skill).toBeGreaterThan(0.6);
    expect(Object.keys(report.by_room)).toEqual(["101", "102"]);
    expect(report.state_bytes).toBeLessThan(16_384);
    expect(report.co2.horizons["60"]?.n).toBe(864);
    const text = forecastTables(report);
    expect(text).toContain("Temperature, K");
    expect(text).toContain("2 of 2");
  });

  it("does not look ahead: what comes later changes nothing that was said before", async () => {
    const until = (report: ForecastReport): unknown => report.by_room["101"];
    await put("101", 4, daily);
    const short = until(await runForecastTest({ data: dir, horizonsMin: [60] }));
    await put("101", 4, (minute) => (minute < 4 * 1_440 - 30 ? daily(minute) : 35));
    const changed = until(await runForecastTest({ data: dir, horizonsMin: [60] }));
    expect(changed).toEqual(short);
  });

  it("leaves out as truth what the intake doubts: a sensor's spike spoils no score", async () => {
    await put("101", 5, daily);
    const clean = await runForecastTest({ data: dir, horizonsMin: [60] });
    await put("101", 5, (minute) => daily(minute) + (minute === 3 * 1_440 + 300 ? 30 : 0));
    const spiked = await runForecastTest({ data: dir, horizonsMin: [60] });
    const [a, b] = [clean.horizons["60"], spiked.horizons["60"]];
    expect(b?.n).toBe((a?.n ?? 0) - 2);
    expect(Math.abs((a?.mae ?? 0) - (b?.mae ?? 1))).toBeLessThan(0.02);
  });

  it("takes other days to learn, and refuses horizons that it cannot tell", async () => {
    await put("101", 5, daily);
    const report = await runForecastTest({ data: dir, horizonsMin: [60], learnDays: 3 });
    expect(report.learn).toEqual({ days: 3, of: "working" });
    expect(report.horizons["60"]?.n).toBe(288);
    expect(report.horizons_after_3_working_days["60"]?.n).toBe(288);
    await expect(runForecastTest({ data: dir, horizonsMin: [7] })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(runForecastTest({ data: dir, horizonsMin: [200] })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});

const recorded = (name: string): string => fileURLToPath(new URL(`../../../../shared/data/${name}`, import.meta.url));
const sets = [
  { name: "robod", hour: 0.22, later: 0.38 },
  { name: "uci-occupancy", hour: 0.35, later: 0.36 },
];
const isHere = existsSync(recorded("robod"));
if (!isHere) console.warn(`skipped: the recorded rooms are not at ${recorded("robod")}`);

describe.skipIf(!isHere)("the real-data test, on recorded rooms", () => {
  it.each(sets)("beats as-now on $name, with intervals that hold what they promise", async ({ name, hour, later }) => {
    const { horizons, rooms, co2 } = await runForecastTest({ data: recorded(name), horizonsMin: [60, 120] });
    expect(horizons["60"]?.skill).toBeGreaterThan(hour);
    expect(horizons["120"]?.skill).toBeGreaterThan(later);
    for (const figures of Object.values(horizons)) {
      expect(figures.rooms_better).toBe(rooms);
      expect(figures.coverage_90).toBeGreaterThan(0.87);
      expect(figures.coverage_90).toBeLessThan(0.93);
      expect(figures.brier_band ?? 1).toBeLessThan(0.6 * (figures.brier_band_persistence ?? 0));
    }
    for (const figures of Object.values(co2.horizons)) expect(figures.skill).toBeGreaterThan(0.1);
  });
});

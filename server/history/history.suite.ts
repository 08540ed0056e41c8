import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#contract/system-clock.ts";
import { type Instant, instant } from "#contract/units.ts";
import type { HistoryEngine, HistoryRow } from "./history.ts";

/** An engine under test, empty. */
export interface EngineUnderTest {
  engine: HistoryEngine;
  /** Makes what was written visible to questions. */
  visible(): Promise<void>;
  /** Closes it and opens it again on the same data. */
  reopen(): Promise<HistoryEngine>;
  dispose(): Promise<void>;
}

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
/** A whole hour some days ago: inside every engine's retention. */
const BASE = Math.floor(systemClock.now() / HOUR) * HOUR - 72 * HOUR;
const at = (ms: number): Instant => instant(BASE + ms);

const row = (ms: number, value: number, place: Partial<HistoryRow["series"]> = {}): HistoryRow => ({
  series: { site: "hq", room: "atrium", device: "sensor-1", metric: "temperature_c", ...place },
  at: at(ms),
  value,
});
const everything = { site: "hq", from: at(-24 * HOUR), to: at(80 * HOUR), limit: 100_000 };

/** What every engine of history must do. */
export function describeHistory(name: string, make: () => Promise<EngineUnderTest>): void {
  describe(`history in ${name}`, () => {
    let under: EngineUnderTest;
    const write = async (...rows: HistoryRow[]): Promise<void> => {
      await under.engine.write({ rows });
      await under.visible();
    };
    beforeEach(async () => {
      under = await make();
    });
    afterEach(() => under.dispose());

    it("answers nothing while it is empty", async () => {
      expect(await under.engine.query({ ...everything, room: "atrium", maxPoints: 100 })).toEqual([]);
      expect(await under.engine.lastValues("hq")).toEqual([]);
      expect(await under.engine.rows(everything)).toEqual([]);
      expect(await under.engine.position()).toBeUndefined();
    });

    it("gives back what was written, oldest first, however it came", async () => {
      const rows = [row(20 * SECOND, 3), row(0, 1), row(10 * SECOND, 2.5), row(5 * SECOND, -4)];
      await write(...rows);
      expect(await under.engine.rows(everything)).toEqual(rows.toSorted((a, b) => a.at - b.at));
      expect((await under.engine.rows({ ...everything, limit: 2 })).map(({ value }) => value)).toEqual([1, -4]);
      const middle = { ...everything, from: at(5 * SECOND), to: at(20 * SECOND) };
      expect((await under.engine.rows(middle)).map(({ value }) => value)).toEqual([-4, 2.5]);
    });

    it("counts the same value of the same instant once", async () => {
      await write(row(0, 1), row(SECOND, 2));
      await write(row(SECOND, 2), row(0, 1), row(2 * SECOND, 3));
      expect((await under.engine.rows(everything)).map(({ value }) => value)).toEqual([1, 2, 3]);
    });

    it("knows the newest value of every series, in its own kind", async () => {
      await write(
        row(0, 20),
        row(MINUTE, 21.25),
        row(0, 1, { metric: "occupied" }),
        row(0, 1, { metric: "power_state", device: "display-1" }),
        row(0, 7, { room: "harbour" }),
        row(0, 99, { site: "elsewhere" }),
      );
      expect(await under.engine.lastValues("hq")).toEqual([
        { site: "hq", room: "atrium", device: "display-1", metric: "power_state", at: at(0), value: "on" },
        { site: "hq", room: "atrium", device: "sensor-1", metric: "occupied", at: at(0), value: true },
        { site: "hq", room: "atrium", device: "sensor-1", metric: "temperature_c", at: at(MINUTE), value: 21.25 },
        { site: "hq", room: "harbour", device: "sensor-1", metric: "temperature_c", at: at(0), value: 7 },
      ]);
      expect((await under.engine.lastValues("hq", "harbour")).map(({ value }) => value)).toEqual([7]);
    });

    it("draws a curve with mean, least and greatest value, and a gap where there was silence", async () => {
      await write(row(0, 1), row(10 * SECOND, 3), row(30 * SECOND, 5), row(10 * MINUTE, 9));
      const [curve, ...others] = await under.engine.query({
        site: "hq",
        room: "atrium",
        from: at(0),
        to: at(11 * MINUTE),
        maxPoints: 24,
      });
      expect(others).toEqual([]);
      expect(curve).toEqual({
        device: "sensor-1",
        metric: "temperature_c",
        unit: "°C",
        step_s: 30,
        at_ms: [at(0), at(30 * SECOND), at(MINUTE), at(10 * MINUTE)],
        mean: [2, 5, null, 9],
        min: [1, 5, null, 9],
        max: [3, 5, null, 9],
      });
    });

    it("answers any span with at most the points that were asked for, and the same extremes", async () => {
      // One value every two minutes over 40 h, in a wave whose least and greatest value stand alone.
      const rows = Array.from({ length: 1_200 }, (_, i) =>
        row(i * 2 * MINUTE, i === 700 ? -50 : i === 701 ? 90 : (i % 10) + 10),
      );
      await write(...rows);
      for (const [span, maxPoints] of [
        [40 * HOUR, 50],
        [40 * HOUR, 500],
        [40 * HOUR, 2_000],
        [30 * HOUR, 200],
        [24 * HOUR, 288],
      ] as const) {
        const curves = await under.engine.query({ site: "hq", room: "atrium", from: at(0), to: at(span), maxPoints });
        const curve = curves[0];
        expect(curve?.at_ms.length).toBeLessThanOrEqual(maxPoints);
        expect(curve?.at_ms.length).toBeGreaterThan(maxPoints / 4);
        expect(Math.min(...(curve?.min ?? []).map(Number))).toBe(-50);
        expect(Math.max(...(curve?.max ?? []).map(Number))).toBe(90);
      }
    });

    it("lets late values into the steps they belong to", async () => {
      const ask = async (): Promise<(number | null)[] | undefined> =>
        (await under.engine.query({ site: "hq", room: "atrium", from: at(0), to: at(10 * HOUR), maxPoints: 12 }))[0]
          ?.mean;
      await write(row(0, 10), row(HOUR, 20), row(2 * HOUR, 30));
      expect(await ask()).toEqual([10, 20, 30]);
      await write(row(MINUTE, 20), row(HOUR + MINUTE, 40));
      expect(await ask()).toEqual([15, 30, 30]);
    });

    it("tells rooms, devices and metrics apart", async () => {
      await write(
        row(0, 1),
        row(0, 2, { device: "sensor-2" }),
        row(0, 600, { metric: "co2_ppm" }),
        row(0, 3, { room: "harbour" }),
        row(0, 4, { site: "elsewhere" }),
      );
      const ask = async (more: object): Promise<unknown[]> =>
        (
          await under.engine.query({ site: "hq", room: "atrium", from: at(0), to: at(HOUR), maxPoints: 100, ...more })
        ).map(({ device, metric, mean }) => [device, metric, mean[0]]);
      expect(await ask({})).toEqual([
        ["sensor-1", "co2_ppm", 600],
        ["sensor-1", "temperature_c", 1],
        ["sensor-2", "temperature_c", 2],
      ]);
      expect(await ask({ device: "sensor-2" })).toEqual([["sensor-2", "temperature_c", 2]]);
      expect(await ask({ metrics: ["co2_ppm"] })).toEqual([["sensor-1", "co2_ppm", 600]]);
      expect(await ask({ metrics: ["nothing_known"] })).toEqual([]);
      expect((await under.engine.rows({ ...everything, room: "harbour" })).map(({ value }) => value)).toEqual([3]);
    });

    it("takes a question for what it is, whatever stands in it", async () => {
      await write(row(0, 1));
      for (const room of [`x' OR '1'='1`, `x" or true or "`, String.raw`\\'`, "atrium) |> yield("])
        expect(await under.engine.query({ ...everything, room, maxPoints: 10 })).toEqual([]);
    });

    it("keeps where the journal is, beside the rows", async () => {
      const upTo = { journal: "j-1", offset: 4_711, records: 12 };
      await under.engine.write({ rows: [row(0, 1)], upTo });
      await under.visible();
      expect(await under.engine.position()).toEqual(upTo);
      const again = await under.reopen();
      expect(await again.position()).toEqual(upTo);
      expect(await again.rows(everything)).toHaveLength(1);
    });
  });
}

import { probabilityInside } from "#gateway/forecast/normal.ts";
import type { HorizonFigures, RoomFigures } from "./forecast-report.ts";

/** z of a normal that holds nine tenths. */
const Z90 = 1.645;

/** One forecast that came due. */
export interface Scored {
  mean: number;
  sigma: number;
  /** What there was when it was made. */
  was: number;
  came: number;
  /** Three working days had been seen when it was made. */
  isLate: boolean;
}

/** The band whose odds are scored, from what a room's values were. */
export type BandOf = (came: readonly number[]) => readonly [number, number];

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The figures of one room at one horizon. */
export function roomFigures(scored: readonly Scored[]): RoomFigures {
  const mae = mean(scored.map((each) => Math.abs(each.came - each.mean)));
  const persistence = mean(scored.map((each) => Math.abs(each.came - each.was)));
  return {
    n: scored.length,
    mae,
    mae_persistence: persistence,
    skill: skillOf(mae, persistence),
    coverage_90: mean(scored.map((each) => (Math.abs(each.came - each.mean) <= Z90 * each.sigma ? 1 : 0))),
  };
}

/** The figures of all rooms together at one horizon; every forecast counts once. */
export function horizonFigures(rooms: readonly (readonly Scored[])[], bandOf: BandOf): HorizonFigures {
  const filled = rooms.filter((room) => room.length > 0);
  const { n, mae, mae_persistence, skill, coverage_90 } = roomFigures(filled.flat());
  const own: number[] = [];
  const persistence: number[] = [];
  for (const room of filled) {
    const band = bandOf(room.map(({ came }) => came));
    for (const each of room) {
      const came = isInside(each.came, band) ? 1 : 0;
      own.push((probabilityInside(band, each) - came) ** 2);
      persistence.push(((isInside(each.was, band) ? 1 : 0) - came) ** 2);
    }
  }
  const better = filled.map(roomFigures).filter((room) => (room.mae ?? 0) < (room.mae_persistence ?? 0));
  return {
    n,
    mae,
    mae_persistence,
    skill,
    rooms_better: better.length,
    rooms_scored: filled.length,
    coverage_90,
    brier_band: mean(own),
    brier_band_persistence: mean(persistence),
  };
}

const isInside = (value: number, [low, high]: readonly [number, number]): boolean => value >= low && value <= high;

const skillOf = (mae: number | null, persistence: number | null): number | null =>
  mae === null || persistence === null || persistence === 0 ? null : 1 - mae / persistence;

/** The value below which a share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

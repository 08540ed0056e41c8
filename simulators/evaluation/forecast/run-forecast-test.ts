import { GreenroomError } from "#contract/errors.ts";
import { ClimatePool } from "#gateway/forecast/climate/pool.ts";
import { openDataSet } from "../../recorded/data-set.ts";
import type { DataSetKind } from "../../recorded/recorded.ts";
import type { ForecastReport, HorizonFigures, QuantityFigures, RoomFigures } from "./forecast-report.ts";
import { type Learning, ScoredRoom } from "./recorded-room.ts";
import { type BandOf, horizonFigures, quantile, roomFigures, type Scored } from "./tally.ts";

export interface ForecastTestOptions {
  /** A folder of recorded data. */
  data: string;
  /** Multiples of five minutes. */
  horizonsMin: readonly number[];
  /** Working days that only teach; unsaid, as the data set's published test has it, else three. */
  learnDays?: number;
  kind?: DataSetKind;
  rooms?: readonly string[];
}

/** Calendar days that only teach, where a set has a published test. */
const LEARN_DAYS: Partial<Record<DataSetKind, number>> = { "keti-sdh": 2, robod: 7, "uci-occupancy": 4 };
const DEFAULT_WORKING_DAYS = 3;
/** Half the width of the band around a room's median whose odds are scored, K. */
const HALF_BAND_K: Partial<Record<DataSetKind, number>> = { robod: 1 };
const DEFAULT_HALF_BAND_K = 0.75;

/**
 * Tries the live learner on recorded rooms, reading by reading and without a look ahead: what it says at each step of working
 * hours is compared with what came, and with "as now".
 */
export async function runForecastTest(options: ForecastTestOptions): Promise<ForecastReport> {
  const { horizonsMin, learnDays, kind, rooms } = options;
  for (const min of horizonsMin) {
    if (!(min > 0 && min <= 180 && min % 5 === 0))
      throw new GreenroomError("INPUT_INVALID", `a horizon must be 5, 10, … 180 minutes, not ${String(min)}`);
  }
  const data = await openDataSet(options.data, { ...(kind && { kind }), ...(rooms && { rooms }) });
  const learning = learningOf(data.kind, learnDays);
  const pool = new ClimatePool();
  const tried = new Map(data.rooms.map((room) => [room.room, new ScoredRoom(room, pool, { horizonsMin, learning })]));
  for await (const batch of data.readings()) for (const reading of batch) tried.get(reading.room)?.take(reading);
  const half = HALF_BAND_K[data.kind] ?? DEFAULT_HALF_BAND_K;
  const aroundMedian: BandOf = (came) => [quantile(came, 0.5) - half, quantile(came, 0.5) + half];
  const belowUsual: BandOf = (came) => [0, quantile(came, 0.75)];
  const figures = (quantity: "temperature" | "co2", bandOf: BandOf): QuantityFigures =>
    figuresOf(new Map([...tried].map(([room, { scored }]) => [room, scored[quantity]])), horizonsMin, bandOf);
  const states = [...tried.values()].map(({ learner }) => JSON.stringify(learner).length);
  return {
    kind: data.kind,
    learn: learning,
    state_bytes: Math.max(0, ...states),
    ...figures("temperature", aroundMedian),
    co2: figures("co2", belowUsual),
  };
}

function learningOf(kind: DataSetKind, asked: number | undefined): Learning {
  if (asked !== undefined) return { days: asked, of: "working" };
  const published = LEARN_DAYS[kind];
  return published === undefined ? { days: DEFAULT_WORKING_DAYS, of: "working" } : { days: published, of: "calendar" };
}

function figuresOf(
  rooms: ReadonlyMap<string, readonly (readonly Scored[])[]>,
  horizonsMin: readonly number[],
  bandOf: BandOf,
): QuantityFigures {
  const horizons: Record<string, HorizonFigures> = {};
  const late: Record<string, HorizonFigures> = {};
  for (const [h, min] of horizonsMin.entries()) {
    const all = [...rooms.values()].map((byHorizon) => byHorizon[h] ?? []);
    horizons[String(min)] = horizonFigures(all, bandOf);
    late[String(min)] = horizonFigures(
      all.map((scored) => scored.filter(({ isLate }) => isLate)),
      bandOf,
    );
  }
  const byRoom: Record<string, Record<string, RoomFigures>> = {};
  for (const [room, byHorizon] of rooms) {
    if (byHorizon.every((scored) => scored.length === 0)) continue;
    byRoom[room] = Object.fromEntries(horizonsMin.map((min, h) => [String(min), roomFigures(byHorizon[h] ?? [])]));
  }
  return { rooms: Object.keys(byRoom).length, horizons, horizons_after_3_working_days: late, by_room: byRoom };
}

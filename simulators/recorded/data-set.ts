import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Instant } from "#contract/units.ts";
import { firstLine } from "./csv.ts";
import { ketiSdh } from "./keti-sdh.ts";
import { mergeByTime } from "./merge.ts";
import { nabOffice } from "./nab-office.ts";
import type { BadRow, DataSetKind, Format, RecordedReading, RecordedRoom } from "./recorded.ts";
import { robod } from "./robod.ts";
import { readSource } from "./source.ts";
import { suthaharanMotes } from "./suthaharan-motes.ts";
import { thermalStep } from "./thermal-step.ts";
import { uciOccupancy } from "./uci-occupancy.ts";
import { uciRoomEstimation } from "./uci-room-estimation.ts";

const formats: readonly Format[] = [
  ketiSdh,
  uciOccupancy,
  robod,
  uciRoomEstimation,
  nabOffice,
  suthaharanMotes,
  thermalStep,
];

/** A folder of recorded data, opened. */
export interface DataSet {
  kind: DataSetKind;
  dir: string;
  rooms: readonly RecordedRoom[];
  /** When the first reading was taken. */
  start: Instant;
  /** Every reading in order of time; reads the files anew at each call, a little at a time. */
  readings: () => AsyncGenerator<RecordedReading[]>;
  /** Rows and cells of the last reading-through that could not be read. */
  bad: BadRows;
}

/** What could not be read: all counted, the first ones kept with their line. */
export interface BadRows {
  count: number;
  first: BadRow[];
}
const BAD_KEPT = 100;

/** Says what a folder of recorded data is, and lists its files; `undefined` when it is nothing known. */
export async function detectDataSet(dir: string): Promise<{ kind: DataSetKind; files: string[] } | undefined> {
  for (const [file, header] of await headersOf(dir)) {
    const format = formats.find((known) => known.recognises(file, header));
    if (format !== undefined) return { kind: format.kind, files: await filesOf(dir, format) };
  }
  return undefined;
}

/** Opens a folder; `kind` forces the format where detection is not wanted. Throws INPUT_INVALID when nothing can be read. */
export async function openDataSet(
  dir: string,
  options: { kind?: DataSetKind; rooms?: readonly string[] } = {},
): Promise<DataSet> {
  const found =
    options.kind === undefined
      ? await detectDataSet(dir)
      : { kind: options.kind, files: await filesOf(dir, formatOf(options.kind), true) };
  if (found === undefined || found.files.length === 0) {
    const known = formats.map((format) => format.kind).join(", ");
    throw new GreenroomError("INPUT_INVALID", `${dir} holds no recorded data of a known format (${known})`);
  }
  const { kind, files } = found;
  const format = formatOf(kind);
  const isWanted = (room: string): boolean => options.rooms === undefined || options.rooms.includes(room);
  const sources = format.sources(files);
  const bad: BadRows = { count: 0, first: [] };
  const note = (row: BadRow): void => {
    bad.count += 1;
    if (bad.first.length < BAD_KEPT) bad.first.push(row);
  };
  const readings = async function* (): AsyncGenerator<RecordedReading[]> {
    bad.count = 0;
    bad.first = [];
    const merged = mergeByTime(sources.map((source) => readSource(dir, source, note)));
    for await (const batch of merged) {
      yield options.rooms === undefined ? batch : batch.filter((reading) => isWanted(reading.room));
    }
  };
  const rooms = format.rooms(files).filter((room) => isWanted(room.room));
  return { kind, dir, rooms, start: await firstInstant(readings(), dir), readings, bad };
}

async function firstInstant(readings: AsyncGenerator<RecordedReading[]>, dir: string): Promise<Instant> {
  for await (const batch of readings) {
    const first = batch[0];
    if (first !== undefined) return first.at;
  }
  throw new GreenroomError("INPUT_INVALID", `${dir} holds no readable row`);
}

const formatOf = (kind: DataSetKind): Format => formats.find((format) => format.kind === kind) as Format;

const isData = (file: string): boolean => /\.(csv|txt)(\.gz)?$/.test(file);

async function filesOf(dir: string, format: Format, forced = false): Promise<string[]> {
  const headers = await headersOf(dir);
  return [...headers].filter(([file, header]) => forced || format.recognises(file, header)).map(([file]) => file);
}

/** First lines by file; a file that cannot be read is left out. */
async function headersOf(dir: string): Promise<Map<string, string>> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    throw new GreenroomError("INPUT_INVALID", `${dir} cannot be read: ${messageOf(error)}`, error);
  }
  const headers = new Map<string, string>();
  for (const file of names.filter(isData).toSorted()) {
    try {
      headers.set(file, await firstLine(join(dir, file)));
    } catch {
      // Not gzip, or gone meanwhile: not a file of this recording.
    }
  }
  return headers;
}

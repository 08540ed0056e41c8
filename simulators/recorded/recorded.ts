import type { MetricValue } from "#contract/metrics.ts";
import type { Instant } from "#contract/units.ts";

/** One device at one instant of a recording, in Greenroom's metrics. */
export interface RecordedReading {
  room: string;
  device: string;
  at: Instant;
  metrics: Record<string, MetricValue>;
}

/** A device that a recording has readings of, with its usual step. */
export interface RecordedDevice {
  device: string;
  name: string;
  intervalS: number;
  metrics: readonly string[];
}

/** A room of a recording, as far as its files tell. */
export interface RecordedRoom {
  room: string;
  name: string;
  /** IANA zone in which its people live. */
  zone: string;
  devices: readonly RecordedDevice[];
}

/** A row or a cell that could not be read. */
export interface BadRow {
  file: string;
  line: number;
  why: string;
}

/** One file (or a part of it) whose rows come in order of time. */
export interface Source {
  file: string;
  /** Names the columns, and says how a row becomes readings; throws a text on a row that is none. */
  parser: (header: readonly string[]) => RowParser;
}

export interface RowParser {
  /** Readings of one instant; empty when the row is of no concern here. */
  readings: (cells: readonly string[], fault: (why: string) => void) => RecordedReading[];
}

export const dataSetKinds = [
  "keti-sdh",
  "uci-occupancy",
  "robod",
  "uci-room-estimation",
  "nab-office",
  "suthaharan-motes",
  "thermal-step",
] as const;
export type DataSetKind = (typeof dataSetKinds)[number];

/** A format of recorded data. */
export interface Format {
  kind: DataSetKind;
  /** Whether this file is of this format, by its name and first line. */
  recognises: (file: string, header: string) => boolean;
  rooms: (files: readonly string[]) => RecordedRoom[];
  sources: (files: readonly string[]) => Source[];
}

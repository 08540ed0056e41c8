import { basename } from "node:path";
import { slug } from "#contract/ids.ts";
import { type Column, columnParser } from "./columns.ts";
import { localTimeReader } from "./local-time.ts";
import type { Format } from "./recorded.ts";

const HEADER = "timestamp,co2,humidity,light,pir,temperature";
const DEVICE = "env";

/** The recording's PIR counts to 30 a minute. */
const PIR_FULL = 30;
const columns: readonly Column[] = [
  { column: "co2", device: DEVICE, metric: "co2_ppm" },
  { column: "humidity", device: DEVICE, metric: "humidity_pct" },
  { column: "light", device: DEVICE, metric: "light_lux" },
  { column: "pir", device: DEVICE, metric: "motion_pct", convert: (pir) => (pir / PIR_FULL) * 100 },
  { column: "temperature", device: DEVICE, metric: "temperature_c" },
];

const roomOf = (file: string): string => slug(basename(file).replace(/\.csv(\.gz)?$/, ""));

/** Any folder of `<room>.csv` or `<room>.csv.gz` with KETI's columns; times are UTC, the building stands in California. */
export const ketiSdh: Format = {
  kind: "keti-sdh",
  recognises: (_file, header) => header === HEADER,
  rooms: (files) =>
    files.map((file) => ({
      room: roomOf(file),
      name: `Room ${roomOf(file)}`,
      zone: "America/Los_Angeles",
      devices: [
        { device: DEVICE, name: "Room sensor", intervalS: 60, metrics: columns.map((column) => column.metric) },
      ],
    })),
  sources: (files) =>
    files.map((file) => ({
      file,
      parser: (header) => {
        const readTime = localTimeReader("UTC");
        return columnParser(header, { room: roomOf(file), columns, at: (cells) => readTime(cells[0] ?? "") });
      },
    })),
};

import { basename } from "node:path";
import { slug } from "#contract/ids.ts";
import { type Column, columnParser } from "./columns.ts";
import { localTimeReader } from "./local-time.ts";
import type { Format } from "./recorded.ts";

const ZONE = "Asia/Singapore";
const columns: readonly Column[] = [
  { column: "indoor_co2", device: "env", metric: "co2_ppm" },
  { column: "air_temperature", device: "env", metric: "temperature_c" },
  { column: "indoor_relative_humidity", device: "env", metric: "humidity_pct" },
  { column: "illuminance", device: "env", metric: "light_lux" },
  { column: "sound_pressure_level", device: "env", metric: "noise_dba" },
  { column: "pm2.5", device: "env", metric: "pm25_ugm3" },
  { column: "temp_setpoint", device: "hvac", metric: "setpoint_c" },
  { column: "occupant_presence", device: "camera", metric: "occupied", convert: (n) => n > 0 },
  { column: "occupant_count", device: "camera", metric: "people_count" },
];
const metricsOf = (device: string): string[] => columns.filter((c) => c.device === device).map((c) => c.metric);

const roomOf = (file: string): string =>
  slug(
    basename(file)
      .replace(/^combined_/, "")
      .replace(/\.csv(\.gz)?$/, ""),
  );

/** Lecture rooms and offices in Singapore; times carry their offset. Columns of weather, energy and unstated units are left out. */
export const robod: Format = {
  kind: "robod",
  recognises: (_file, header) => header.startsWith("timestamp,voc,sound_pressure_level"),
  rooms: (files) =>
    files.map((file) => ({
      room: roomOf(file),
      name: basename(file).replace(/^combined_(.*?)\.csv(\.gz)?$/, "$1"),
      zone: ZONE,
      devices: [
        { device: "env", name: "Room sensor", intervalS: 300, metrics: metricsOf("env") },
        { device: "hvac", name: "Air conditioning", intervalS: 300, metrics: metricsOf("hvac") },
        { device: "camera", name: "Head count", intervalS: 300, metrics: metricsOf("camera") },
      ],
    })),
  sources: (files) =>
    files.map((file) => ({
      file,
      parser: (header) => {
        const readTime = localTimeReader(ZONE);
        return columnParser(header, { room: roomOf(file), columns, at: (cells) => readTime(cells[0] ?? "") });
      },
    })),
};

import { type Column, columnParser } from "./columns.ts";
import { localTimeReader } from "./local-time.ts";
import type { Format } from "./recorded.ts";

const ROOM = "mons-office";
const ZONE = "Europe/Brussels";
const columns: readonly Column[] = [
  { column: "Temperature", device: "env", metric: "temperature_c" },
  { column: "Humidity", device: "env", metric: "humidity_pct" },
  { column: "Light", device: "env", metric: "light_lux" },
  { column: "CO2", device: "env", metric: "co2_ppm" },
  { column: "Occupancy", device: "camera", metric: "occupied", convert: (n) => n > 0 },
];

/** One office in Mons: local times without a zone, and rows that have one cell (a row number) more than the header. */
export const uciOccupancy: Format = {
  kind: "uci-occupancy",
  recognises: (_file, header) => header.replaceAll('"', "").startsWith("date,Temperature,Humidity,Light,CO2"),
  rooms: () => [
    {
      room: ROOM,
      name: "Office, Mons",
      zone: ZONE,
      devices: [
        {
          device: "env",
          name: "Room sensor",
          intervalS: 60,
          metrics: ["temperature_c", "humidity_pct", "light_lux", "co2_ppm"],
        },
        { device: "camera", name: "Camera", intervalS: 60, metrics: ["occupied"] },
      ],
    },
  ],
  sources: (files) =>
    files.map((file) => ({
      file,
      parser: (header) => {
        const readTime = localTimeReader(ZONE);
        return columnParser(header, { room: ROOM, columns, shift: 1, at: (cells) => readTime(cells[1] ?? "") });
      },
    })),
};

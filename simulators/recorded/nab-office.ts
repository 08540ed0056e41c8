import { columnParser } from "./columns.ts";
import { localTimeReader } from "./local-time.ts";
import type { Format } from "./recorded.ts";

const ROOM = "office";
const toCelsius = (fahrenheit: number): number => ((fahrenheit - 32) * 5) / 9;

/** An office by the hour, in °F although nothing in the file says so; local times without a zone (taken as UTC). */
export const nabOffice: Format = {
  kind: "nab-office",
  recognises: (file, header) => header === "timestamp,value" && file.includes("ambient_temperature"),
  rooms: () => [
    {
      room: ROOM,
      name: "Office",
      zone: "UTC",
      devices: [{ device: "env", name: "Room sensor", intervalS: 3_600, metrics: ["temperature_c"] }],
    },
  ],
  sources: (files) =>
    files.map((file) => ({
      file,
      parser: (header) => {
        const readTime = localTimeReader("UTC");
        return columnParser(header, {
          room: ROOM,
          columns: [{ column: "value", device: "env", metric: "temperature_c", convert: toCelsius }],
          at: (cells) => readTime(cells[0] ?? ""),
        });
      },
    })),
};

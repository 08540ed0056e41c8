import { instant } from "#contract/units.ts";
import { columnParser } from "./columns.ts";
import type { Format } from "./recorded.ts";

const motes = [
  { id: "1", room: "indoor" },
  { id: "2", room: "indoor" },
  { id: "3", room: "outdoor" },
  { id: "4", room: "outdoor" },
];
/** The day is known, the hour is not: the first reading is put at midnight UTC. */
const START = Date.UTC(2010, 4, 9);
const STEP_MS = 5_000;

/** Four motes, one block of rows each; a reading number every 5 s instead of a time. */
export const suthaharanMotes: Format = {
  kind: "suthaharan-motes",
  recognises: (_file, header) => header.startsWith("reading,mote_id,indoor"),
  rooms: () =>
    ["indoor", "outdoor"].map((room) => ({
      room,
      name: room === "indoor" ? "Indoors" : "Outdoors",
      zone: "UTC",
      devices: motes
        .filter((mote) => mote.room === room)
        .map(({ id }) => ({
          device: `mote-${id}`,
          name: `Mote ${id}`,
          intervalS: STEP_MS / 1000,
          metrics: ["temperature_c", "humidity_pct"],
        })),
    })),
  sources: (files) =>
    files.flatMap((file) =>
      motes.map(({ id, room }) => ({
        file,
        parser: (header) => {
          const device = `mote-${id}`;
          const rows = columnParser(header, {
            room,
            columns: [
              { column: "temperature", device, metric: "temperature_c" },
              { column: "humidity", device, metric: "humidity_pct" },
            ],
            at: (cells) => {
              const reading = Number(cells[0]);
              return cells[0] !== "" && Number.isInteger(reading)
                ? instant(START + (reading - 1) * STEP_MS)
                : undefined;
            },
          });
          const isKnown = (mote: string | undefined) => motes.some((other) => other.id === mote);
          return {
            readings(cells, fault) {
              // Each mote reads the file for its own rows; the first also answers for rows of none.
              if (cells[1] === id || (id === "1" && !isKnown(cells[1]))) return rows.readings(cells, fault);
              return [];
            },
          };
        },
      })),
    ),
};

import { instant } from "#contract/units.ts";
import { columnParser } from "./columns.ts";
import { localTimeReader } from "./local-time.ts";
import type { Format, RecordedRoom, Source } from "./recorded.ts";

/** The experiment counts seconds and names no date. */
const ARMADILLO_START = Date.UTC(2014, 0, 1);
const isArmadillo = (file: string): boolean => file.includes("armadillo");

/** Two heating experiments: how fast a light and a heavy building warm. Outdoor and unnamed-unit columns are left out. */
export const thermalStep: Format = {
  kind: "thermal-step",
  recognises: (_file, header) => header === "Time,T_ext,P_hea,I_sol,T_int" || header === ",Ph,Ti,Ta,Th",
  rooms: (files) => files.map((file) => (isArmadillo(file) ? armadillo : darkgreybox)),
  sources: (files) => files.map((file) => (isArmadillo(file) ? armadilloSource(file) : darkgreyboxSource(file))),
};

const armadillo: RecordedRoom = {
  room: "armadillo",
  name: "Armadillo test house",
  zone: "UTC",
  devices: [
    { device: "env", name: "Room sensor", intervalS: 1_800, metrics: ["temperature_c"] },
    { device: "heater", name: "Heater", intervalS: 1_800, metrics: ["power_w"] },
  ],
};
const darkgreybox: RecordedRoom = {
  room: "darkgreybox",
  name: "Darkgreybox home",
  zone: "UTC",
  devices: [{ device: "env", name: "Room sensor", intervalS: 3_600, metrics: ["temperature_c"] }],
};

const armadilloSource = (file: string): Source => ({
  file,
  parser: (header) =>
    columnParser(header, {
      room: armadillo.room,
      columns: [
        { column: "T_int", device: "env", metric: "temperature_c" },
        { column: "P_hea", device: "heater", metric: "power_w" },
      ],
      at: (cells) => {
        const seconds = Number(cells[0]);
        return cells[0] !== "" && Number.isFinite(seconds) ? instant(ARMADILLO_START + seconds * 1000) : undefined;
      },
    }),
});

const darkgreyboxSource = (file: string): Source => ({
  file,
  parser: (header) => {
    const readTime = localTimeReader("UTC");
    return columnParser(header, {
      room: darkgreybox.room,
      columns: [{ column: "Ti", device: "env", metric: "temperature_c" }],
      at: (cells) => readTime(cells[0] ?? ""),
    });
  },
});

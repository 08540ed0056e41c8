import { type Column, columnParser } from "./columns.ts";
import { localTimeReader } from "./local-time.ts";
import type { Format, RecordedDevice } from "./recorded.ts";

const ROOM = "lab";
const corners = ["s1", "s2", "s3", "s4"];
const pirs = ["s6", "s7"];
const columns: readonly Column[] = [
  ...corners.flatMap((device) => [
    { column: `${device.toUpperCase()}_Temp`, device, metric: "temperature_c" },
    { column: `${device.toUpperCase()}_Light`, device, metric: "light_lux" },
  ]),
  { column: "S5_CO2", device: "s5", metric: "co2_ppm" },
  ...pirs.map((device) => ({
    column: `${device.toUpperCase()}_PIR`,
    device,
    metric: "motion_pct",
    convert: (fired: number) => fired * 100,
  })),
  { column: "Room_Occupancy_Count", device: "camera", metric: "people_count" },
];
const names: Readonly<Record<string, string>> = {
  s5: "CO₂ sensor",
  s6: "Motion 1",
  s7: "Motion 2",
  camera: "Head count",
};

const devices: RecordedDevice[] = [...new Set(columns.map((c) => c.device))].map((device) => ({
  device,
  name: names[device] ?? `Corner sensor ${device.slice(1)}`,
  intervalS: 30,
  metrics: columns.filter((c) => c.device === device).map((c) => c.metric),
}));

/** One room with four corners of temperature and light; date and time in two columns, local without a zone (taken as UTC). Sound in volts is left out. */
export const uciRoomEstimation: Format = {
  kind: "uci-room-estimation",
  recognises: (_file, header) => header.startsWith("Date,Time,S1_Temp"),
  rooms: () => [{ room: ROOM, name: "Laboratory", zone: "UTC", devices }],
  sources: (files) =>
    files.map((file) => ({
      file,
      parser: (header) => {
        const readTime = localTimeReader("UTC");
        const at = (cells: readonly string[]) => readTime(`${cells[0] ?? ""} ${cells[1] ?? ""}`.replaceAll("/", "-"));
        return columnParser(header, { room: ROOM, columns, at });
      },
    })),
};

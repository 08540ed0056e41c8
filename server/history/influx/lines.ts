import type { HistoryRow } from "../history.ts";

/** The measurement that everything is kept in: `greenroom,site=…,room=…,device=… temperature_c=21.5,… ms`. */
export const MEASUREMENT = "greenroom";

/** Values of one device at one instant. */
export interface DevicePoint {
  site: string;
  room: string;
  device: string;
  at: number;
  fields: Map<string, number>;
}

/** Puts neighbouring rows of one device and instant together. Order is kept, so that a later value of the same instant wins. */
export function toPoints(rows: readonly HistoryRow[]): DevicePoint[] {
  const points: DevicePoint[] = [];
  let last: DevicePoint | undefined;
  for (const { series, at, value } of rows) {
    const joins =
      last !== undefined &&
      last.at === at &&
      last.device === series.device &&
      last.room === series.room &&
      last.site === series.site;
    if (last === undefined || !joins) {
      last = { site: series.site, room: series.room, device: series.device, at, fields: new Map() };
      points.push(last);
    }
    last.fields.set(series.metric, value);
  }
  return points;
}

const escaped = (text: string): string => text.replaceAll(/[,= \\]/g, String.raw`\$&`);

/** The line protocol of InfluxDB, times in milliseconds. All fields are floats, so that no field's type can conflict. */
export function toLine({ site, room, device, at, fields }: DevicePoint): string {
  const values = Array.from(fields, ([metric, value]) => `${escaped(metric)}=${value}`).join(",");
  return `${MEASUREMENT},site=${escaped(site)},room=${escaped(room)},device=${escaped(device)} ${values} ${at}`;
}

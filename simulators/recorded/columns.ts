import type { MetricValue } from "#contract/metrics.ts";
import type { Instant } from "#contract/units.ts";
import type { RecordedReading, RowParser } from "./recorded.ts";

/** How one column becomes a metric of a device. */
export interface Column {
  column: string;
  device: string;
  metric: string;
  /** From the recording's unit to Greenroom's. */
  convert?: (value: number) => MetricValue;
}

interface Place {
  index: number;
  column: Column;
}

/**
 * Rows of plain columns: one instant, some numbers. Blank cells are reports that never came; a cell that is no number is a
 * fault and costs that cell only.
 */
export function columnParser(
  header: readonly string[],
  options: {
    room: string;
    columns: readonly Column[];
    /** Reads the instant; `undefined` makes the row bad. */
    at: (cells: readonly string[]) => Instant | undefined;
    /** Cells that rows have before the header's first (an index without a name). */
    shift?: number;
  },
): RowParser {
  const shift = options.shift ?? 0;
  const devices = new Map<string, Place[]>();
  for (const column of options.columns) {
    const index = header.indexOf(column.column);
    if (index < 0) continue;
    const places = devices.get(column.device) ?? [];
    places.push({ index: index + shift, column });
    devices.set(column.device, places);
  }
  const width = header.length + shift;
  return {
    readings(cells, fault) {
      if (cells.length !== width) {
        fault(`has ${String(cells.length)} cells, not ${String(width)}`);
        return [];
      }
      const at = options.at(cells);
      if (at === undefined) {
        fault("has no readable time");
        return [];
      }
      const readings: RecordedReading[] = [];
      for (const [device, places] of devices) {
        const values = readValues(cells, places, fault);
        if (values !== undefined) readings.push({ room: options.room, device, at, metrics: values });
      }
      return readings;
    },
  };
}

function readValues(
  cells: readonly string[],
  places: readonly Place[],
  fault: (why: string) => void,
): Record<string, MetricValue> | undefined {
  const metrics: Record<string, MetricValue> = {};
  let some = false;
  for (const { index, column } of places) {
    const text = cells[index] as string;
    if (text === "") continue;
    const number = Number(text);
    if (!Number.isFinite(number)) {
      fault(`${column.column} is no number: ${text.slice(0, 40)}`);
      continue;
    }
    metrics[column.metric] = column.convert === undefined ? number : column.convert(number);
    some = true;
  }
  return some ? metrics : undefined;
}

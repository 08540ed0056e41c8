import { metrics } from "#contract/metrics.ts";
import { parseInstant } from "#contract/units.ts";
import { toStored } from "../../history/curves.ts";
import type { HistoryRow, Series } from "../../history/history.ts";
import { decodeReading } from "../journal/record.ts";

/** A device with the series that it has been seen with; an engine knows a series by its object. */
interface Device {
  site: string;
  room: string;
  device: string;
  series: Map<string, Series>;
}

/** More topics than a large estate has; beyond it they are learned anew. */
const MOST_DEVICES = 100_000;

/** Turns journalled readings into rows of history. What was accepted has been judged, so that nothing here refuses. */
export class ReadingsToRows {
  readonly #devices = new Map<string, Device>();

  /** Adds the rows of one journalled reading. False when it cannot be read, which can only be damage that its checksum missed. */
  add(body: Buffer, rows: HistoryRow[]): boolean {
    const { topic, payload } = decodeReading(body);
    const device = this.#device(topic);
    const reading = parsed(payload);
    const at = reading === undefined ? undefined : parseInstant(reading.at);
    if (device === undefined || reading === undefined || at === undefined) return false;
    for (const name in reading.metrics) {
      const metric = metrics.get(name);
      const value = metric === undefined ? undefined : toStored(metric, reading.metrics[name]);
      if (value !== undefined) rows.push({ series: this.#series(device, name), at, value });
    }
    return true;
  }

  #device(topic: string): Device | undefined {
    const known = this.#devices.get(topic);
    if (known !== undefined) return known;
    // Only readings' topics are journalled: greenroom/v1/{site}/{room}/{device}/reading.
    const [, , site, room, name] = topic.split("/");
    if (site === undefined || room === undefined || name === undefined) return undefined;
    const device: Device = { site, room, device: name, series: new Map() };
    if (this.#devices.size >= MOST_DEVICES) this.#devices.clear();
    this.#devices.set(topic, device);
    return device;
  }

  #series(device: Device, metric: string): Series {
    let series = device.series.get(metric);
    if (series === undefined) {
      series = { site: device.site, room: device.room, device: device.device, metric };
      device.series.set(metric, series);
    }
    return series;
  }
}

/** Decodes as the intake does: a byte order mark is no part of the text. */
const utf8 = new TextDecoder();

function parsed(payload: Buffer): { at: string; metrics: Record<string, unknown> } | undefined {
  try {
    return JSON.parse(utf8.decode(payload)) as { at: string; metrics: Record<string, unknown> };
  } catch {
    return undefined;
  }
}

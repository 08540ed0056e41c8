import type { MetricValue } from "#contract/metrics.ts";
import { isObject, type Json, misreadAt, numberOf, scaled } from "../payload.ts";
import { fromEpoch } from "../time.ts";
import type { Measured } from "./uplink.ts";

type Take = (value: unknown, hints: readonly string[]) => Record<string, MetricValue> | undefined;

const number =
  (metric: string, by = 1): Take =>
  (value) => {
    const found = numberOf(value);
    return found === undefined ? undefined : { [metric]: by === 1 ? found : scaled(found, by) };
  };

/** A word that stands for yes or no; other words say nothing. */
const word =
  (metric: string, yes: readonly string[], no: readonly string[]): Take =>
  (value) => {
    const text = typeof value === "string" ? value.toLowerCase() : undefined;
    if (text === undefined) return undefined;
    if (yes.includes(text)) return { [metric]: true };
    return no.includes(text) ? { [metric]: false } : undefined;
  };

/** Motion counted since the last report (Elsys), or as a word (Milesight). */
const motion: Take = (value) => {
  const count = numberOf(value);
  if (count !== undefined) return { motion_count: count, occupied: count > 0 };
  return word("occupied", ["trigger", "occupied", "motion"], ["idle", "vacant", "normal", "none"])(value, []);
};

/** 0 nobody, 1 perhaps, 2 somebody (Elsys); a word or a flag elsewhere. */
const occupancy: Take = (value) => {
  if (typeof value === "boolean") return { occupied: value };
  const level = numberOf(value);
  if (level !== undefined) return { occupied: level > 0 };
  return word("occupied", ["occupied", "trigger"], ["vacant", "idle", "unoccupied"])(value, []);
};

/**
 * The keys of the makers' own codecs (Milesight, Elsys, Netvox, Decentlab, Tektelic and most others), lower case. What has no
 * unit that is certain (TVOC as an index, sound in steps) is left out.
 */
const keys: Readonly<Record<string, Take>> = {
  temperature: number("temperature_c"),
  ambient_temperature: number("temperature_c"),
  air_temperature: number("temperature_c"),
  humidity: number("humidity_pct"),
  relative_humidity: number("humidity_pct"),
  air_humidity: number("humidity_pct"),
  co2: number("co2_ppm"),
  co2_concentration: number("co2_ppm"),
  light: number("light_lux"),
  illumination: number("light_lux"),
  illuminance: number("light_lux"),
  pressure: number("pressure_hpa"),
  barometric_pressure: number("pressure_hpa"),
  pm2_5: number("pm25_ugm3"),
  laeq: number("noise_dba"),
  battery: number("battery_pct"),
  battery_voltage: number("battery_v"),
  vdd: number("battery_v", 0.001),
  pir: motion,
  motion: motion,
  activity_counter: number("motion_count"),
  occupancy,
  people_count_all: number("people_count"),
  people_count: number("people_count"),
  magnet_status: word("door_open", ["open"], ["closed", "close"]),
  door: word("door_open", ["open"], ["closed", "close"]),
};

/** Some makers tell these as words, which differ from model to model. */
const WORDS_TOO: ReadonlySet<string> = new Set(["pir", "motion", "occupancy", "light", "battery"]);
const NUMBERS = Object.keys(keys).filter((key) => !WORDS_TOO.has(key) && keys[key]?.(1, []) !== undefined);

/** Where something stands that is no number, in an object in which nothing could be read. */
export function misreadIn(object: Json): string | undefined {
  const flatOnly = Object.entries(object).map(([key, value]) => [key.toLowerCase(), isObject(value) ? null : value]);
  return misreadAt(Object.fromEntries(flatOnly) as Json, { numbers: NUMBERS });
}

/** What a value with a unit of its own becomes. */
const units: Readonly<Record<string, { unit: RegExp; metric: string; by: number }[]>> = {
  barometric_pressure: [{ unit: /^pa$/i, metric: "pressure_hpa", by: 0.01 }],
  total_voc: [{ unit: /^ppb$/i, metric: "voc_ppb", by: 1 }],
};

/** Reads what a network server's codec decoded: flat keys, `{value, unit}` objects, and a `history` of earlier records. */
export function readObject(object: Json, hints: readonly string[]): Measured {
  const { history } = object;
  const past = (Array.isArray(history) ? history : []).flatMap((record: unknown) => {
    if (!isObject(record)) return [];
    const seconds = numberOf(record["timestamp"]);
    const at = seconds === undefined ? undefined : fromEpoch(seconds);
    const metrics = flat(record, hints);
    return at === undefined || Object.keys(metrics).length === 0 ? [] : [{ at, metrics }];
  });
  return { metrics: flat(object, hints), ...(past.length > 0 && { history: past }) };
}

function flat(object: Json, hints: readonly string[]): Record<string, MetricValue> {
  const metrics: Record<string, MetricValue> = {};
  for (const [key, value] of Object.entries(object)) {
    const name = key.toLowerCase();
    if (isObject(value)) Object.assign(metrics, withUnit(name, value, hints));
    else if (Object.hasOwn(keys, name)) Object.assign(metrics, keys[name]?.(value, hints));
  }
  return metrics;
}

function withUnit(
  name: string,
  { value, unit }: Json,
  hints: readonly string[],
): Record<string, MetricValue> | undefined {
  if (value === undefined) return undefined;
  const known = Object.hasOwn(units, name) ? units[name] : undefined;
  const own = known?.find((each) => typeof unit === "string" && each.unit.test(unit));
  if (own !== undefined) return number(own.metric, own.by)(value, hints);
  return known === undefined || unit === undefined
    ? Object.hasOwn(keys, name)
      ? keys[name]?.(value, hints)
      : undefined
    : undefined;
}

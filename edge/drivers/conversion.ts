import { z } from "zod";
import { metrics as registry, type MetricValue, wrongType } from "#contract/metrics.ts";

/** From the unit that a device speaks to that of the metric: what it becomes, and how. */
const units = {
  F: { into: "°C", convert: (n: number) => ((n - 32) * 5) / 9 },
  K: { into: "°C", convert: (n: number) => n - 273.15 },
  fraction: { into: "%", convert: (n: number) => n * 100 },
  Pa: { into: "hPa", convert: (n: number) => n / 100 },
  kPa: { into: "hPa", convert: (n: number) => n * 10 },
  mbar: { into: "hPa", convert: (n: number) => n },
  ppm: { into: "ppb", convert: (n: number) => n * 1_000 },
  mgm3: { into: "µg/m³", convert: (n: number) => n * 1_000 },
  mV: { into: "V", convert: (n: number) => n / 1_000 },
  mA: { into: "A", convert: (n: number) => n / 1_000 },
  mW: { into: "W", convert: (n: number) => n / 1_000 },
  kW: { into: "W", convert: (n: number) => n * 1_000 },
  Wh: { into: "kWh", convert: (n: number) => n / 1_000 },
  MWh: { into: "kWh", convert: (n: number) => n * 1_000 },
  s: { into: "ms", convert: (n: number) => n * 1_000 },
  ms: { into: "s", convert: (n: number) => n / 1_000 },
  min: { into: "s", convert: (n: number) => n * 60 },
  h: { into: "s", convert: (n: number) => n * 3_600 },
} as const;
type UnitName = keyof typeof units;

/** The settings by which a value of a device becomes a metric; spread into the schema of a reading. */
export const conversionShape = {
  metric: z.string().refine((name) => registry.has(name), "is no metric; see docs/reference/metrics.md"),
  unit: z.enum(Object.keys(units) as [UnitName, ...UnitName[]]).optional(),
  /** The value times `scale` plus `offset`, before the unit. */
  scale: z
    .number()
    .refine((n) => n !== 0, "must not be 0")
    .optional(),
  offset: z.number().optional(),
  /** What each of the device's words means: `{ "On": true }`. */
  values: z.record(z.string().max(64), z.union([z.string(), z.number(), z.boolean()])).optional(),
};

export interface Conversion {
  metric: string;
  unit?: UnitName | undefined;
  scale?: number | undefined;
  offset?: number | undefined;
  values?: Readonly<Record<string, MetricValue>> | undefined;
}

/** Why these settings cannot give this metric; `undefined` when they can. For `check` of a schema. */
export function conversionFault({ metric: name, unit, scale, offset, values = {} }: Conversion): string | undefined {
  const metric = registry.get(name);
  if (metric === undefined) return undefined;
  for (const [word, value] of Object.entries(values)) {
    const why = wrongType(metric, value);
    if (why !== undefined) return `what "${word}" means ${why}`;
  }
  if (metric.kind !== "number")
    return unit === undefined && scale === undefined && offset === undefined
      ? undefined
      : `${name} is no number: it takes values, not a unit, scale or offset`;
  if (unit === undefined) return undefined;
  const { into } = units[unit];
  const wanted = metric.unit === "% RH" ? "%" : metric.unit;
  return into === wanted ? undefined : `${unit} does not become ${metric.unit}`;
}

const NUMBER = /^\s*[+-]?(?:\d{1,17}(?:\.\d{0,17})?|\.\d{1,17})(?:[eE][+-]?\d{1,2})?\s*$/;

/** A device's value as its metric wants it; `undefined` when it is none. Never a guess: a word that is not named is no value. */
export function converted(value: unknown, conversion: Conversion): MetricValue | undefined {
  const { metric: name, unit, scale = 1, offset = 0, values } = conversion;
  const metric = registry.get(name);
  if (metric === undefined) return undefined;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  const word = String(value).trim();
  if (values !== undefined && Object.hasOwn(values, word)) return values[word];
  if (metric.kind === "boolean") return typeof value === "boolean" ? value : undefined;
  if (metric.kind === "enum") return metric.values?.includes(word) === true ? word : undefined;
  if (typeof value === "boolean") return undefined;
  const number = typeof value === "number" ? value : NUMBER.test(word) ? Number(word) : Number.NaN;
  const scaled = number * scale + offset;
  const told = unit === undefined ? scaled : units[unit].convert(scaled);
  // What binary fractions add (21.500000000000004) is no precision of the device's.
  return Number.isFinite(told) ? Number(told.toPrecision(12)) : undefined;
}

import type { MetricValue } from "#contract/metrics.ts";
import { celsius, isObject, numberOf, objectOf, textOf } from "../payload.ts";
import {
  defineTranslator,
  measured,
  nothing,
  refused,
  type Translated,
  type VendorMessage,
  words,
} from "../translation.ts";

const BASE = "homie";
/** Property names as they are used in practice, where no description says what they are. */
const NAMES: Readonly<Record<string, string>> = {
  temperature: "temperature_c",
  humidity: "humidity_pct",
  co2: "co2_ppm",
  occupied: "occupied",
  occupancy: "occupied",
  presence: "occupied",
  motion: "occupied",
  pressure: "pressure_hpa",
  illuminance: "light_lux",
  light: "light_lux",
  noise: "noise_dba",
  battery: "battery_pct",
};
const BOOLEANS: ReadonlySet<string> = new Set(["occupied"]);
/** Only in its own unit is a number taken as it is; °F is converted, any other is refused. */
const UNITS: Readonly<Record<string, RegExp>> = {
  temperature_c: /^°?C$/,
  humidity_pct: /^%$/,
  co2_ppm: /^ppm$/i,
  pressure_hpa: /^(hPa|mbar)$/,
  light_lux: /^(lx|lux)$/i,
  battery_pct: /^%$/,
};
const STATES: Readonly<Record<string, "online" | "offline" | "sleeping" | "unknown">> = {
  ready: "online",
  init: "online",
  alert: "online",
  sleeping: "sleeping",
  disconnected: "offline",
  lost: "offline",
};

interface Property {
  unit?: string;
}

/**
 * Homie 4 and 5: one value a topic, `homie/{device}/{node}/{property}` and `homie/5/{device}/{node}/{property}`, attributes
 * with `$`. Values follow the convention to the letter: `true`, never `TRUE`. homieiot.github.io
 */
export const homie = defineTranslator({
  name: "homie",
  title: "Homie",
  filters: [`${BASE}/#`],
  every_s: 600,
  recognises: ({ topic }) => topic.startsWith(`${BASE}/`),
  start({ base = BASE }) {
    const properties = new Map<string, Property>();
    return (message) => translate(message, base, properties);
  },
});

/** A broker full of invented devices must not fill the memory. */
const MOST_PROPERTIES = 50_000;

function translate({ topic, payload }: VendorMessage, base: string, known: Map<string, Property>): Translated {
  const parts = topic.split("/");
  if (parts[0] !== base) return refused("WRONG_TOPIC", "topic", `is not below ${base}/`);
  const rest = parts[1] === "5" ? parts.slice(2) : parts.slice(1);
  const [device = "", ...path] = rest;
  const text = textOf(payload);
  if (text === undefined) return refused("BAD_SHAPE", "payload", "is not UTF-8");
  const [first = ""] = path;
  if (first === "$state") return stateOf(device, text);
  if (first === "$description") return describe(device, payload, known);
  if (first === "$stats") return stats(device, path[1], text);
  const attribute = path.findIndex((part) => part.startsWith("$"));
  if (attribute >= 0) {
    if (attribute === 2 && path[2] === "$unit") learn(known, `${device}/${path[0]}/${path[1]}`, { unit: text });
    return nothing();
  }
  // What others ask of it is published below the property.
  if (path.length !== 2) return nothing();
  return property({ device, node: first, name: path[1] ?? "" }, text, known);
}

function stateOf(device: string, text: string): Translated {
  if (text === "") return words({ device, state: "removed" });
  const state = Object.hasOwn(STATES, text) ? STATES[text] : undefined;
  return state === undefined
    ? refused("BAD_SHAPE", "payload", `"${text.slice(0, 40)}" is none of Homie's states`)
    : words({ device, state });
}

function stats(device: string, name: string | undefined, text: string): Translated {
  const metric = name === "uptime" ? "uptime_s" : name === "battery" ? "battery_pct" : undefined;
  if (metric === undefined) return nothing();
  const value = numberOf(text);
  return value === undefined
    ? refused("BAD_SHAPE", "payload", `"${text.slice(0, 40)}" is no number`)
    : measured({ device, metrics: { [metric]: value } });
}

/** Homie 5 says everything of a device at once; `nodes` and `properties` are objects by id. */
function describe(device: string, payload: Uint8Array, known: Map<string, Property>): Translated {
  if (payload.length === 0) return words({ device, state: "removed" });
  const read = objectOf(payload);
  if (!read.ok) return read;
  const nodes = isObject(read.json["nodes"]) ? read.json["nodes"] : {};
  for (const [node, value] of Object.entries(nodes)) {
    const all = isObject(value) && isObject(value["properties"]) ? value["properties"] : {};
    for (const [name, each] of Object.entries(all)) {
      if (!isObject(each)) continue;
      const unit = each["unit"];
      learn(known, `${device}/${node}/${name}`, typeof unit === "string" ? { unit } : {});
    }
  }
  return nothing();
}

function learn(known: Map<string, Property>, key: string, value: Property): void {
  if (known.has(key) || known.size < MOST_PROPERTIES) known.set(key, value);
}

function property(
  { device, node, name }: { device: string; node: string; name: string },
  text: string,
  known: ReadonlyMap<string, Property>,
): Translated {
  const metric = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (metric === undefined) return nothing();
  const value = BOOLEANS.has(metric) ? booleanOf(text) : numberOf(text);
  if (value === undefined)
    return refused(
      "BAD_SHAPE",
      "payload",
      BOOLEANS.has(metric) ? "must be true or false, in lower case" : `"${text.slice(0, 40)}" is no number`,
    );
  const unit = known.get(`${device}/${node}/${name}`)?.unit;
  if (metric === "temperature_c" && typeof value === "number" && /^°?F$/.test(unit ?? ""))
    return measured({ device: `${device}/${node}`, metrics: { [metric]: celsius(value) } });
  const own = UNITS[metric];
  if (unit !== undefined && own !== undefined && !own.test(unit))
    return refused("BAD_UNIT", `${node}/${name}`, `is in ${unit.slice(0, 16)}; ${metric} is not`);
  return measured({ device: `${device}/${node}`, metrics: { [metric]: value } });
}

const booleanOf = (text: string): MetricValue | undefined =>
  text === "true" ? true : text === "false" ? false : undefined;

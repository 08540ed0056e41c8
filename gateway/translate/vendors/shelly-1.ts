import { isObject, type Json, numberOf, objectOf, scaled, switchOf, textOf } from "../payload.ts";
import { fromEpoch } from "../time.ts";
import {
  defineTranslator,
  type DeviceReading,
  measured,
  nothing,
  refused,
  type Translated,
  type VendorMessage,
  words,
} from "../translation.ts";
import type { MetricValue } from "#contract/metrics.ts";

const BASE = "shellies";
const SENSORS: Readonly<Record<string, string>> = {
  temperature: "temperature_c",
  humidity: "humidity_pct",
  battery: "battery_pct",
  lux: "light_lux",
};
/** Sensors that say yes or no. */
const CONTACTS: Readonly<Record<string, string>> = { motion: "occupied", state: "door_open" };

/**
 * Shelly, first generation: one value a topic below `shellies/{device}/`, `online` as last will, `announce` and `info` as
 * objects. https://shelly-api-docs.shelly.cloud/gen1/#mqtt-support
 */
export const shelly1 = defineTranslator({
  name: "shelly-1",
  title: "Shelly, first generation",
  filters: [`${BASE}/#`],
  every_s: 3_600,
  hasSleepers: true,
  recognises: ({ topic }) => topic.startsWith(`${BASE}/`) || topic === "http:/status",
  start({ base }) {
    return (message) => translate(message, base ?? BASE);
  },
});

function translate({ topic, payload }: VendorMessage, base: string): Translated {
  if (topic === "http:/status") return withObject(payload, (json) => status("shelly", json));
  const parts = topic.split("/");
  if (parts[0] !== base || parts.length < 2) return refused("WRONG_TOPIC", "topic", `is not below ${base}/{device}/`);
  const [, device = "", kind, which, what] = parts;
  // `shellies/announce` and `shellies/command` are the bus's own.
  if (kind === undefined) return nothing();
  const text = textOf(payload)?.trim();
  if (text === undefined) return refused("BAD_SHAPE", "payload", "is not UTF-8");
  if (text === "") return words({ device, state: "removed" });
  if (kind === "online") {
    if (text !== "true" && text !== "false") return refused("BAD_SHAPE", "payload", "must be true or false");
    return words({ device, state: text === "true" ? "online" : "offline" });
  }
  if (kind === "info") return withObject(payload, (json) => status(device, json));
  if (kind === "sensor") return sensor(device, which ?? "", text);
  if (kind === "status") return withObject(payload, (json) => status(device, json));
  if (kind === "relay" || kind === "light" || kind === "emeter") return channel(device, { kind, which, what }, payload);
  if (kind === "temperature" || kind === "temperature_f") return one(device, "chip_temperature_c", kind, text);
  return nothing();
}

const withObject = (payload: Uint8Array, then: (json: Json) => Translated): Translated => {
  const read = objectOf(payload);
  return read.ok ? then(read.json) : read;
};

function sensor(device: string, name: string, text: string): Translated {
  const metric = SENSORS[name];
  if (metric !== undefined) return one(device, metric, name, text);
  const contact = CONTACTS[name];
  if (contact === undefined) return nothing();
  const value = text === "open" ? true : text === "close" ? false : switchOf(text);
  return value === undefined
    ? refused("BAD_SHAPE", "payload", `"${text.slice(0, 40)}" is neither yes nor no`)
    : measured({ device, metrics: { [contact]: value } });
}

function one(device: string, metric: string, kind: string, text: string): Translated {
  // The same temperature comes again in °F on a topic of its own.
  if (kind === "temperature_f") return nothing();
  const value = numberOf(text);
  return value === undefined
    ? refused("BAD_SHAPE", "payload", `"${text.slice(0, 40)}" is no number`)
    : measured({ device, metrics: { [metric]: value } });
}

function channel(
  device: string,
  { kind, which = "0", what }: { kind: string; which: string | undefined; what: string | undefined },
  payload: Uint8Array,
): Translated {
  const name = which === "0" ? device : `${device}/${kind}-${which}`;
  const text = textOf(payload) ?? "";
  if (what === undefined) {
    const on = switchOf(text);
    return on === undefined
      ? refused("BAD_SHAPE", "payload", "must be on or off")
      : measured({ device: name, metrics: { switched_on: on } });
  }
  if (what === "status") {
    return withObject(payload, (json) => {
      const on = switchOf(json["ison"]);
      return measured({ device: name, metrics: on === undefined ? {} : { switched_on: on } });
    });
  }
  const metric = { power: "power_w", voltage: "voltage_v", current: "current_a" }[what];
  if (metric !== undefined) return one(name, metric, what, text);
  const minutesOfWatts = what === "energy" && kind !== "emeter" ? numberOf(text) : undefined;
  // Relays count watt-minutes, energy meters watt-hours.
  if (minutesOfWatts !== undefined)
    return measured({ device: name, metrics: { energy_kwh: scaled(minutesOfWatts, 1 / 60_000) } });
  const wattHours = what === "total" ? numberOf(text) : undefined;
  return wattHours === undefined
    ? nothing()
    : measured({ device: name, metrics: { energy_kwh: scaled(wattHours, 0.001) } });
}

/** The whole status: of a clock that was never set (`unixtime` 0) the time is not used. */
function status(device: string, json: Json): Translated {
  const metrics: Record<string, MetricValue> = {};
  const { wifi_sta: wifi, meters, relays, unixtime, bat, tmp, hum, lux } = json;
  const rssi = isObject(wifi) ? numberOf(wifi["rssi"]) : undefined;
  if (rssi !== undefined) metrics["rssi_dbm"] = rssi;
  const meter: unknown = Array.isArray(meters) ? meters[0] : undefined;
  const power = isObject(meter) && isTrue(meter["is_valid"]) ? numberOf(meter["power"]) : undefined;
  if (power !== undefined) metrics["power_w"] = power;
  const relay: unknown = Array.isArray(relays) ? relays[0] : undefined;
  const on = isObject(relay) ? switchOf(relay["ison"]) : undefined;
  if (on !== undefined) metrics["switched_on"] = on;
  // A sensor that has a humidity measures the room; the temperature of a relay or dimmer is its own.
  const isSensor = isObject(hum);
  const temperature = isObject(tmp) && isTrue(tmp["is_valid"]) ? numberOf(tmp["tC"]) : undefined;
  if (temperature !== undefined) metrics[isSensor ? "temperature_c" : "chip_temperature_c"] = temperature;
  const humidity = isObject(hum) && isTrue(hum["is_valid"] ?? true) ? numberOf(hum["value"]) : undefined;
  if (humidity !== undefined) metrics["humidity_pct"] = humidity;
  const light = isObject(lux) && isTrue(lux["is_valid"] ?? true) ? numberOf(lux["value"]) : undefined;
  if (light !== undefined) metrics["light_lux"] = light;
  const battery = isObject(bat) ? numberOf(bat["value"]) : undefined;
  if (battery !== undefined) metrics["battery_pct"] = battery;
  const at = typeof unixtime === "number" && unixtime > 0 ? fromEpoch(unixtime) : undefined;
  const reading: DeviceReading = { device, metrics, ...(at !== undefined && { at }) };
  if (at === undefined && unixtime === 0) reading.doubt = "its clock was never set";
  return measured(reading);
}

/** `is_valid` has also been sent as text. */
const isTrue = (value: unknown): boolean => value === true || value === "true";

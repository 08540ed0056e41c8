import type { MetricValue } from "#contract/metrics.ts";
import { isObject, type Json, misreadAt, numberOf, objectOf, scaled, switchOf, textOf } from "../payload.ts";
import { fromEpoch, fromText } from "../time.ts";
import {
  defineTranslator,
  type DeviceWord,
  measured,
  nothing,
  refused,
  type Translated,
  type VendorMessage,
  words,
} from "../translation.ts";

const BASE = "zigbee2mqtt";
/** Topics below a device that carry what others tell it, not what it says. */
const ASKED = new Set(["set", "get"]);
/** Above this a `voltage` is a battery's, in mV; below it is a supply's, in V. */
const BATTERY_MV = 500;

/**
 * Zigbee2MQTT: `{base}/{friendly name}` with one flat object of the device's whole state, `{base}/{name}/availability`,
 * `{base}/bridge/…`. Names may have blanks and slashes. https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html
 */
export const zigbee2mqtt = defineTranslator({
  name: "zigbee2mqtt",
  title: "Zigbee2MQTT",
  filters: [`${BASE}/#`],
  every_s: 3_600,
  recognises: (message) => message.topic.startsWith(`${BASE}/`) || looksLikeIt(message),
  start({ base }) {
    return (message) => translate(message, base);
  },
});

/** Somebody else's base topic: Zigbee2MQTT alone says `linkquality` on the second level. */
function looksLikeIt({ topic, payload }: VendorMessage): boolean {
  if (topic.split("/").length !== 2 || payload.length < 2) return false;
  return textOf(payload.subarray(0, 65_536))?.includes('"linkquality"') === true;
}

function translate({ topic, payload }: VendorMessage, configured: string | undefined): Translated {
  const base = configured ?? topic.slice(0, topic.indexOf("/"));
  if (!topic.startsWith(`${base}/`)) return refused("WRONG_TOPIC", "topic", `is not below ${base}/`);
  const path = topic.slice(base.length + 1);
  if (path.startsWith("bridge/")) return bridge(path.slice("bridge/".length), payload);
  const slash = path.lastIndexOf("/");
  const last = path.slice(slash + 1);
  if (slash > 0 && last === "availability") return availability(path.slice(0, slash), payload);
  if (slash > 0 && ASKED.has(last)) return nothing();
  // A state topic that is cleared: the device was renamed or removed. That is no word on its health.
  if (payload.length === 0) return words({ device: path, state: "removed" });
  const read = objectOf(payload);
  return read.ok ? state(path, read.json) : read;
}

function bridge(topic: string, payload: Uint8Array): Translated {
  if (topic === "state") {
    const isOnline = onlineOf(payload);
    if (isOnline === undefined) return refused("BAD_SHAPE", "payload", "the bridge says neither online nor offline");
    return words({ device: "*", state: isOnline ? "online" : "unknown" });
  }
  if (topic !== "event" && topic !== "health") return nothing();
  const read = objectOf(payload);
  if (!read.ok) return read;
  // Every ten minutes, by a bridge that lives.
  if (topic === "health") return words({ device: "*", state: "online" });
  const { type, data } = read.json;
  const device = isObject(data) && typeof data["friendly_name"] === "string" ? data["friendly_name"] : undefined;
  return type === "device_leave" && device !== undefined ? words({ device, state: "removed" }) : nothing();
}

function availability(device: string, payload: Uint8Array): Translated {
  if (payload.length === 0) return words({ device, state: "removed" });
  const isOnline = onlineOf(payload);
  if (isOnline === undefined) return refused("BAD_SHAPE", "payload", "must say online or offline");
  return words({ device, state: isOnline ? "online" : "offline" });
}

/** `{"state":"online"}`, or the bare word of releases before 2022. */
function onlineOf(payload: Uint8Array): boolean | undefined {
  const text = textOf(payload)?.trim() ?? "";
  const read = text.startsWith("{") ? objectOf(payload) : undefined;
  const word = read?.ok === true ? read.json["state"] : text;
  return word === "online" ? true : word === "offline" ? false : undefined;
}

function state(device: string, json: Json): Translated {
  const metrics: Record<string, MetricValue> = {};
  const put = (name: string, value: MetricValue | undefined): void => {
    if (value !== undefined) metrics[name] = value;
  };
  const number = (key: string): number | undefined => numberOf(json[key]);
  const quality = number("linkquality");
  put("link_quality_lqi", quality);
  // A presence radar reports the temperature of its chip.
  const isRadar = "presence_event" in json || "monitoring_mode" in json || "approach_distance" in json;
  put(isRadar ? "chip_temperature_c" : "temperature_c", number("temperature"));
  put("chip_temperature_c", number("device_temperature") ?? number("cpu_temperature"));
  put("humidity_pct", number("humidity"));
  put("pressure_hpa", number("pressure"));
  put("co2_ppm", number("co2"));
  put("pm25_ugm3", number("pm25"));
  put("noise_dba", number("noise"));
  // 0 lx of a device that also has no link quality was never measured.
  const light = number("illuminance_lux") ?? number("illuminance");
  if (light !== 0 || quality !== 0) put("light_lux", light);
  put("occupied", boolean(json["occupancy"]) ?? boolean(json["presence"]));
  const contact = boolean(json["contact"]);
  put("door_open", contact === undefined ? undefined : !contact);
  put("battery_pct", number("battery"));
  supply(json, put);
  const last = json["last_seen"];
  const at = typeof last === "string" ? fromText(last) : typeof last === "number" ? fromEpoch(last) : undefined;
  if (Object.keys(metrics).every((name) => name === "link_quality_lqi")) {
    const key = misreadAt(json, QUANTITIES);
    if (key !== undefined) return refused("BAD_SHAPE", key, `must be ${FLAGS.has(key) ? "true or false" : "a number"}`);
  }
  const said: DeviceWord[] = [];
  return measured({ device, metrics, ...(at !== undefined && { at }) }, said);
}

const QUANTITIES = {
  numbers: [
    "temperature",
    "device_temperature",
    "humidity",
    "pressure",
    "co2",
    "pm25",
    "noise",
    "illuminance",
    "illuminance_lux",
    "battery",
    "voltage",
    "power",
    "energy",
    "current",
  ],
  flags: ["occupancy", "presence", "contact"],
};
const FLAGS: ReadonlySet<string> = new Set(QUANTITIES.flags);

function supply(json: Json, put: (name: string, value: MetricValue | undefined) => void): void {
  const voltage = numberOf(json["voltage"]);
  if (voltage !== undefined && voltage > BATTERY_MV) put("battery_v", scaled(voltage, 0.001));
  else put("voltage_v", voltage);
  put("power_w", numberOf(json["power"]));
  put("energy_kwh", numberOf(json["energy"]));
  put("current_a", numberOf(json["current"]));
  // Only as a word is `state` the switch of a plug or lamp; routers have used the key for other things.
  if (typeof json["state"] === "string") put("switched_on", switchOf(json["state"]));
}

const boolean = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);

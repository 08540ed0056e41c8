import type { MetricValue } from "#contract/metrics.ts";
import { isObject, type Json, numberOf, objectOf, scaled } from "../payload.ts";
import { fromText } from "../time.ts";
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

const TOPIC = /^disruptive\/|^https?:.*\bdata connector\b/i;

/**
 * Disruptive Technologies: one event a message, as a data connector posts it. `updateTime` is when it was measured.
 * developer.disruptive-technologies.com/docs/concepts/events
 */
export const disruptive = defineTranslator({
  name: "disruptive",
  title: "Disruptive Technologies",
  filters: ["disruptive/#"],
  every_s: 900,
  recognises: (message) => TOPIC.test(message.topic) || eventOf(message) !== undefined,
  start() {
    return translate;
  },
});

function eventOf({ payload }: VendorMessage): Json | undefined {
  const read = payload[0] === 0x7b ? objectOf(payload) : undefined;
  if (read?.ok !== true) return undefined;
  const { event, result } = read.json;
  const inner = isObject(event) ? event : isObject(result) && isObject(result["event"]) ? result["event"] : undefined;
  return inner !== undefined && typeof inner["eventType"] === "string" && "targetName" in inner ? inner : undefined;
}

function translate(message: VendorMessage): Translated {
  if (message.payload.length === 0) return nothing();
  const event = eventOf(message);
  if (event === undefined) {
    const read = objectOf(message.payload);
    return read.ok ? refused("BAD_SHAPE", "event", "is missing") : read;
  }
  const { targetName: target, eventType: type, data } = event;
  const body = isObject(data) && typeof type === "string" ? data[type] : undefined;
  // Pings, changed labels: nothing was measured.
  if (!isObject(body)) return nothing();
  const device = typeof target === "string" ? (target.split("/").at(-1) ?? target) : "";
  const time = body["updateTime"];
  const at = typeof time === "string" ? fromText(time) : undefined;
  if (type === "connectionStatus")
    return words({ device, state: body["connection"] === "OFFLINE" ? "offline" : "online" });
  const metrics = metricsOf(String(type), body);
  const key = Object.keys(metrics).length === 0 ? wrongKey(String(type), body) : undefined;
  if (key !== undefined) return refused("BAD_SHAPE", `event.data.${String(type)}.${key}`, "cannot be that");
  const said: DeviceWord[] = type === "networkStatus" ? [{ device, state: "online" }] : [];
  return measured({ device, metrics, ...(at !== undefined && { at }) }, said);
}

/** Where a value stands that is none of its event's; `undefined` where nothing was measured, or the event is another. */
const wrongKey = (type: string, body: Json): string | undefined =>
  QUANTITIES[type]?.find((key) => body[key] !== undefined && body[key] !== null);

const QUANTITIES: Readonly<Record<string, readonly string[]>> = {
  temperature: ["value"],
  humidity: ["temperature", "relativeHumidity"],
  co2: ["ppm"],
  pressure: ["pascal"],
  batteryStatus: ["percentage"],
  motion: ["state"],
  deskOccupancy: ["state"],
  contact: ["state"],
  objectPresent: ["state"],
};

function metricsOf(type: string, body: Json): Record<string, MetricValue> {
  const number = (metric: string, key: string, by = 1): Record<string, MetricValue> => {
    const value = numberOf(body[key]);
    return value === undefined ? {} : { [metric]: by === 1 ? value : scaled(value, by) };
  };
  const state = (metric: string, yes: string, no: string): Record<string, MetricValue> =>
    body["state"] === yes ? { [metric]: true } : body["state"] === no ? { [metric]: false } : {};
  switch (type) {
    case "temperature":
      return number("temperature_c", "value");
    case "humidity":
      return { ...number("temperature_c", "temperature"), ...number("humidity_pct", "relativeHumidity") };
    case "co2":
      return number("co2_ppm", "ppm");
    case "pressure":
      return number("pressure_hpa", "pascal", 0.01);
    case "networkStatus":
      return number("rssi_dbm", "rssi");
    case "batteryStatus":
      return number("battery_pct", "percentage");
    case "motion":
      return state("occupied", "MOTION_DETECTED", "NO_MOTION_DETECTED");
    case "deskOccupancy":
      return state("occupied", "OCCUPIED", "NOT_OCCUPIED");
    case "contact":
      return state("door_open", "OPEN", "CLOSED");
    case "objectPresent":
      // Mounted on a door, as in meeting rooms: nothing near it means open.
      return state("door_open", "NOT_PRESENT", "PRESENT");
    default:
      return {};
  }
}

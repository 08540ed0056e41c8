import type { MetricValue } from "#contract/metrics.ts";
import type { Instant } from "#contract/units.ts";
import { isObject, type Json, jsonOf, misreadAt, numberOf, objectOf, scaled, switchOf, textOf } from "../payload.ts";
import { fromEpoch } from "../time.ts";
import {
  defineTranslator,
  type DeviceReading,
  type DeviceWord,
  nothing,
  refused,
  type Translated,
  type VendorMessage,
  words,
} from "../translation.ts";

/**
 * Shelly, second generation and later: notices as JSON-RPC on `{prefix}/events/rpc`, single components on
 * `{prefix}/status/{component}:{id}`, `{prefix}/online` as last will. The prefix is the customer's. A notice overlays what
 * is known: a key that is missing says nothing. https://shelly-api-docs.shelly.cloud/gen2/General/Notifications
 */
export const shelly2 = defineTranslator({
  name: "shelly-2",
  title: "Shelly, second generation and later",
  filters: ["+/events/rpc", "+/status/+", "+/online"],
  listens: ["+/rpc", "+/command", "+/command/+"],
  every_s: 3_600,
  hasSleepers: true,
  recognises: (message) => isTopic(message.topic) || isRpc(message),
  start() {
    return translate;
  },
});

const isTopic = (topic: string): boolean =>
  /^.+\/(events\/rpc|online)$/.test(topic) || /^.+\/status\/[a-z_0-9]+(:\d+)?$/.test(topic);

/** An answer or a notice on a topic of the customer's own. */
function isRpc({ payload }: VendorMessage): boolean {
  const read = payload[0] === 0x7b ? objectOf(payload) : undefined;
  if (read?.ok !== true) return false;
  const { src, method, result } = read.json;
  return typeof src === "string" && src.startsWith("shelly") && (typeof method === "string" || isObject(result));
}

function translate({ topic, payload }: VendorMessage): Translated {
  const online = /^(.+)\/online$/.exec(topic);
  if (online !== null) return lastWill(online[1] ?? "", payload);
  const component = /^(.+)\/status\/([a-z_0-9]+(?::\d+)?)$/.exec(topic);
  if (component !== null) {
    if (payload.length === 0) return nothing();
    const read = jsonOf(payload);
    if (!read.ok) return read;
    return isObject(read.json)
      ? new Status(component[1] ?? "", undefined).take({ [component[2] ?? ""]: read.json })
      : refused("BAD_SHAPE", "payload", "must be a JSON object");
  }
  if (payload.length === 0) return nothing();
  const read = objectOf(payload);
  if (!read.ok) return read;
  const { src, method, params, result } = read.json;
  const prefix = /^(.+)\/events\/rpc$/.exec(topic)?.[1] ?? (typeof src === "string" ? src : topic);
  if (isObject(result)) {
    const sys = result["sys"];
    return new Status(prefix, isObject(sys) ? numberOf(sys["unixtime"]) : undefined).take(result);
  }
  if (typeof method !== "string" || !isObject(params))
    return refused("BAD_SHAPE", "payload", "is neither a notice (method, params) nor an answer (result)");
  if (method !== "NotifyStatus" && method !== "NotifyFullStatus") return nothing();
  return new Status(prefix, numberOf(params["ts"])).take(params);
}

function lastWill(device: string, payload: Uint8Array): Translated {
  if (payload.length === 0) return words({ device, state: "removed" });
  const on = switchOf(textOf(payload));
  return on === undefined
    ? refused("BAD_SHAPE", "payload", "must be true or false")
    : words({ device, state: on ? "online" : "offline" });
}

const QUANTITIES = {
  numbers: ["tC", "rh", "lux", "num_objects", "apower", "act_power", "voltage", "current"],
  flags: ["output"],
};

/** The components of one notice; the second of a kind is a device of its own. */
class Status {
  readonly #prefix: string;
  readonly #at: Instant | undefined;
  readonly #readings = new Map<string, DeviceReading>();
  readonly #words: DeviceWord[] = [];

  constructor(prefix: string, ts: number | undefined) {
    this.#prefix = prefix;
    this.#at = ts === undefined ? undefined : fromEpoch(ts);
  }

  take(components: Json): Translated {
    for (const [key, value] of Object.entries(components)) {
      const [kind = "", id = "0"] = key.split(":");
      if (isObject(value)) this.#component(kind, id, value);
    }
    const readings = [...this.#readings.values()];
    if (readings.length > 0 || this.#words.length > 0) return { ok: true, readings, words: this.#words };
    for (const [name, value] of Object.entries(components)) {
      const key = isObject(value) ? misreadAt(value, QUANTITIES) : undefined;
      if (key !== undefined) return refused("BAD_SHAPE", `${name}.${key}`, "is of another type");
    }
    return nothing();
  }

  #component(kind: string, id: string, value: Json): void {
    const number = (key: string): number | undefined => numberOf(value[key]);
    const put = (metric: string, found: MetricValue | undefined): void => this.#put(kind, id, { metric, value: found });
    switch (kind) {
      case "temperature":
        return put("temperature_c", number("tC"));
      case "humidity":
        return put("humidity_pct", number("rh"));
      case "illuminance":
        return put("light_lux", number("lux"));
      case "presence":
      case "presencezone":
        put("people_count", number("num_objects"));
        return put("occupied", boolean(value["state"]) ?? boolean(value["value"]));
      case "switch":
      case "light":
      case "pm1":
      case "em1":
        return this.#load(kind, id, value);
      case "devicepower":
        return this.#power(kind, id, value);
      case "wifi":
        return put("rssi_dbm", number("rssi"));
      case "mqtt":
        if (value["connected"] === true) this.#words.push({ device: this.#prefix, state: "online" });
        return undefined;
      case "sys":
        put("uptime_s", number("uptime"));
        if (number("wakeup_period") !== undefined && (number("wakeup_period") ?? 0) > 0)
          this.#words.push({ device: this.#prefix, state: "sleeping", interval_s: number("wakeup_period") ?? 0 });
        return undefined;
      default:
        return undefined;
    }
  }

  #load(kind: string, id: string, value: Json): void {
    const put = (metric: string, found: MetricValue | undefined): void => this.#put(kind, id, { metric, value: found });
    put("switched_on", boolean(value["output"]));
    put("power_w", numberOf(value["apower"]) ?? numberOf(value["act_power"]));
    put("voltage_v", numberOf(value["voltage"]));
    put("current_a", numberOf(value["current"]));
    const { aenergy, temperature } = value;
    const wattHours = isObject(aenergy) ? numberOf(aenergy["total"]) : undefined;
    put("energy_kwh", wattHours === undefined ? undefined : scaled(wattHours, 0.001));
    put("chip_temperature_c", isObject(temperature) ? numberOf(temperature["tC"]) : undefined);
  }

  /** On external power the battery's figures mean nothing. */
  #power(kind: string, id: string, { battery, external }: Json): void {
    const isExternal = isObject(external) ? boolean(external["present"]) : undefined;
    this.#put(kind, id, { metric: "external_power", value: isExternal });
    if (isExternal === true || !isObject(battery)) return;
    this.#put(kind, id, { metric: "battery_pct", value: numberOf(battery["percent"]) });
    this.#put(kind, id, { metric: "battery_v", value: numberOf(battery["V"]) });
  }

  #put(kind: string, id: string, { metric, value }: { metric: string; value: MetricValue | undefined }): void {
    if (value === undefined) return;
    const device = id === "0" ? this.#prefix : `${this.#prefix}/${kind}-${id}`;
    let reading = this.#readings.get(device);
    if (reading === undefined) {
      reading = { device, metrics: {}, ...(this.#at !== undefined && { at: this.#at }) };
      this.#readings.set(device, reading);
    }
    reading.metrics[metric] = value;
  }
}

const boolean = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);

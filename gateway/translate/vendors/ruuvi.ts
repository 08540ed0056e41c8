import type { MetricValue } from "#contract/metrics.ts";
import { isObject, type Json, numberOf, objectOf, scaled } from "../payload.ts";
import { fromEpoch } from "../time.ts";
import {
  defineTranslator,
  type DeviceReading,
  measured,
  nothing,
  refused,
  type Translated,
  type VendorMessage,
} from "../translation.ts";

const MAC = /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/i;

/**
 * Ruuvi tags, as the Ruuvi Gateway forwards their advertisements (`ruuvi/{gateway}/{tag}`, or posted by HTTP) and as
 * RuuviBridge decodes them. docs.ruuvi.com/communication/bluetooth-advertisements/data-format-5-rawv2
 */
export const ruuvi = defineTranslator({
  name: "ruuvi",
  title: "Ruuvi",
  filters: ["ruuvi/#"],
  every_s: 60,
  recognises: (message) => message.topic.startsWith("ruuvi/") || isPosted(message),
  start() {
    return translate;
  },
});

function isPosted({ topic, payload }: VendorMessage): boolean {
  if (!topic.startsWith("http:")) return false;
  const read = objectOf(payload);
  const data = read.ok ? read.json["data"] : undefined;
  return isObject(data) && isObject(data["tags"]);
}

function translate({ topic, payload }: VendorMessage): Translated {
  if (payload.length === 0) return nothing();
  const read = objectOf(payload);
  if (!read.ok) return read;
  const { data, temperature, mac } = read.json;
  if (isObject(data) && isObject(data["tags"])) return fromGateway(data["tags"]);
  const named = topic.split("/").at(-1) ?? "";
  const device = MAC.test(named) ? named.toUpperCase() : typeof mac === "string" ? mac.toUpperCase() : named;
  if (typeof data === "string") {
    const metrics = advertisement(data);
    if (metrics === undefined)
      return refused("BAD_SHAPE", "data", "is no advertisement of a Ruuvi tag (format 3 or 5)");
    return measured(reading(device, read.json, metrics));
  }
  return temperature === undefined && read.json["humidity"] === undefined
    ? nothing()
    : measured(reading(device, read.json, decoded(read.json)));
}

function fromGateway(tags: Json): Translated {
  const readings: DeviceReading[] = [];
  for (const [tag, value] of Object.entries(tags)) {
    if (!isObject(value) || typeof value["data"] !== "string") continue;
    const metrics = advertisement(value["data"]);
    if (metrics !== undefined) readings.push(reading(tag.toUpperCase(), value, metrics));
  }
  return { ok: true, readings, words: [] };
}

function reading(device: string, { rssi, ts, timestamp }: Json, metrics: Record<string, MetricValue>): DeviceReading {
  // A tag whose every field is "not available" says nothing, not even that it was heard.
  const strength = Object.keys(metrics).length > 0 ? numberOf(rssi) : undefined;
  const seconds = numberOf(ts) ?? numberOf(timestamp);
  const at = seconds === undefined ? undefined : fromEpoch(seconds);
  return {
    device,
    metrics: { ...metrics, ...(strength !== undefined && { rssi_dbm: strength }) },
    ...(at !== undefined && { at }),
  };
}

/** RuuviBridge: pressure in Pa. */
function decoded(json: Json): Record<string, MetricValue> {
  const metrics: Record<string, MetricValue> = {};
  const put = (metric: string, key: string, by = 1): void => {
    const value = numberOf(json[key]);
    if (value !== undefined) metrics[metric] = by === 1 ? value : scaled(value, by);
  };
  put("temperature_c", "temperature");
  put("humidity_pct", "humidity");
  put("pressure_hpa", "pressure", 0.01);
  put("battery_v", "batteryVoltage");
  put("co2_ppm", "co2");
  put("pm25_ugm3", "pm2p5");
  put("light_lux", "illuminance");
  return metrics;
}

/** The manufacturer's data (company 0x0499) of a Bluetooth advertisement; the highest value of a field is "not available". */
function advertisement(hex: string): Record<string, MetricValue> | undefined {
  if (!/^([0-9a-f]{2})+$/i.test(hex) || hex.length > 512) return undefined;
  const bytes = Buffer.from(hex, "hex");
  for (let at = 0; at + 1 < bytes.length; at += 1 + (bytes[at] ?? 0)) {
    const length = bytes[at] ?? 0;
    if (length === 0) return undefined;
    const isRuuvi = bytes[at + 1] === 0xff && bytes[at + 2] === 0x99 && bytes[at + 3] === 0x04;
    if (isRuuvi) return format(bytes.subarray(at + 4, at + 1 + length));
  }
  return undefined;
}

function format(data: Buffer): Record<string, MetricValue> | undefined {
  const metrics: Record<string, MetricValue> = {};
  if (data[0] === 3 && data.length >= 14) {
    const sign = ((data[2] ?? 0) & 0x80) === 0 ? 1 : -1;
    metrics["humidity_pct"] = (data[1] ?? 0) / 2;
    metrics["temperature_c"] = sign * scaled(((data[2] ?? 0) & 0x7f) * 100 + (data[3] ?? 0), 0.01);
    metrics["pressure_hpa"] = scaled(data.readUInt16BE(4) + 50_000, 0.01);
    metrics["battery_v"] = scaled(data.readUInt16BE(12), 0.001);
    return metrics;
  }
  if (data[0] !== 5 || data.length < 18) return undefined;
  const temperature = data.readInt16BE(1);
  const humidity = data.readUInt16BE(3);
  const pressure = data.readUInt16BE(5);
  const power = data.readUInt16BE(13) >>> 5;
  const motion = data[15];
  if (temperature !== -0x8000) metrics["temperature_c"] = scaled(temperature, 0.005);
  if (humidity !== 0xffff) metrics["humidity_pct"] = scaled(humidity, 0.0025);
  if (pressure !== 0xffff) metrics["pressure_hpa"] = scaled(pressure + 50_000, 0.01);
  if (power !== 0x7ff) metrics["battery_v"] = scaled(power + 1_600, 0.001);
  if (motion !== 0xff && motion !== undefined && Object.keys(metrics).length > 0) metrics["motion_count"] = motion;
  return metrics;
}

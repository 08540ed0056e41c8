import type { MetricValue } from "#contract/metrics.ts";
import { isObject, type Json, numberOf, objectOf } from "../payload.ts";
import { fromText } from "../time.ts";
import { defineTranslator, measured, nothing, refused, type Translated, type VendorMessage } from "../translation.ts";

/** `co2_est` is guessed from other gases and never taken. */
const KEYS: Readonly<Record<string, string>> = {
  temp: "temperature_c",
  humid: "humidity_pct",
  co2: "co2_ppm",
  voc: "voc_ppb",
  pm25: "pm25_ugm3",
  lux: "light_lux",
  spl_a: "noise_dba",
};

/** Where its own interface was asked, local and cloud. */
const OWN_API = /^https?:.*\bair-data\b/i;

/** Awair, local and cloud: flat keys, or a list of components; its indices are grades, not readings. docs.developer.getawair.com */
export const awair = defineTranslator({
  name: "awair",
  title: "Awair",
  filters: ["awair/+"],
  every_s: 300,
  recognises: (message) =>
    /(^|\/)awair(\/|$)/i.test(message.topic) || OWN_API.test(message.topic) || looksLikeIt(message),
  start() {
    return translate;
  },
});

function looksLikeIt({ topic, payload }: VendorMessage): boolean {
  if (!topic.startsWith("http:")) return false;
  const read = objectOf(payload);
  return read.ok && latest(read.json) !== undefined;
}

function latest(json: Json): Json | undefined {
  if ("score" in json && "temp" in json) return json;
  const first: unknown = Array.isArray(json["data"]) ? json["data"][0] : undefined;
  return isObject(first) && Array.isArray(first["sensors"]) ? first : undefined;
}

function translate({ topic, payload }: VendorMessage): Translated {
  if (payload.length === 0) return nothing();
  const read = objectOf(payload);
  if (!read.ok) return read;
  const body = latest(read.json);
  if (body === undefined)
    return OWN_API.test(topic)
      ? refused("BAD_SHAPE", "payload", "holds neither a score nor a list of data")
      : nothing();
  const metrics: Record<string, MetricValue> = {};
  let wrong: string | undefined;
  const put = (key: unknown, value: unknown): void => {
    const metric = typeof key === "string" && Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (metric === undefined || value === null) return;
    const number = numberOf(value);
    if (number === undefined) wrong ??= String(key);
    else metrics[metric] = number;
  };
  const { sensors, timestamp } = body;
  if (Array.isArray(sensors)) {
    for (const each of sensors as unknown[]) if (isObject(each)) put(each["comp"], each["value"]);
  } else for (const [key, value] of Object.entries(body)) put(key, value);
  if (wrong !== undefined && Object.keys(metrics).length === 0) return refused("BAD_SHAPE", wrong, "must be a number");
  const at = typeof timestamp === "string" ? fromText(timestamp) : undefined;
  return measured({ device: topic.split("/").at(-1) ?? topic, metrics, ...(at !== undefined && { at }) });
}

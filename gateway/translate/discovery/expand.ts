import { isObject, type Json } from "../payload.ts";

/** The short names that Home Assistant takes for the keys which are read here. */
const SHORT: Readonly<Record<string, string>> = {
  avty: "availability",
  avty_mode: "availability_mode",
  avty_t: "availability_topic",
  cmps: "components",
  dev: "device",
  dev_cla: "device_class",
  ent_cat: "entity_category",
  obj_id: "object_id",
  p: "platform",
  pl_off: "payload_off",
  pl_on: "payload_on",
  stat_cla: "state_class",
  stat_t: "state_topic",
  uniq_id: "unique_id",
  unit_of_meas: "unit_of_measurement",
  val_tpl: "value_template",
};
const SHORT_OF_DEVICE: Readonly<Record<string, string>> = {
  cns: "connections",
  ids: "identifiers",
  mdl: "model",
  mf: "manufacturer",
  sn: "serial_number",
};

/** A configuration with its keys in full, and its topics with the base `~` in them. */
export function expand(json: Json): Json {
  const base = json["~"];
  const full = renamed(json, SHORT);
  const based = typeof base === "string" ? withBase(full, base) : full;
  const { device, availability, components } = based;
  if (isObject(device)) based["device"] = renamed(device, SHORT_OF_DEVICE);
  if (Array.isArray(availability))
    based["availability"] = availability.map((each) => (isObject(each) ? expandAvailability(each, base) : each));
  if (isObject(components))
    based["components"] = Object.fromEntries(
      Object.entries(components).map(([name, each]) => [
        name,
        isObject(each) ? expand(base === undefined ? each : { "~": base, ...each }) : each,
      ]),
    );
  return based;
}

function expandAvailability(json: Json, base: unknown): Json {
  const full = renamed(json, {
    t: "topic",
    val_tpl: "value_template",
    pl_avail: "payload_available",
    pl_not_avail: "payload_not_available",
  });
  return typeof base === "string" ? withBase(full, base) : full;
}

/** A long name beside a short one counts. */
function renamed(json: Json, names: Readonly<Record<string, string>>): Json {
  const isShort = (key: string): boolean => Object.hasOwn(names, key);
  const all = Object.entries(json);
  return Object.fromEntries([
    ...all.filter(([key]) => isShort(key)).map(([key, value]): [string, unknown] => [names[key] ?? key, value]),
    ...all.filter(([key]) => !isShort(key)),
  ]);
}

/** A topic may begin or end with the base. */
function withBase(json: Json, base: string): Json {
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      if (typeof value !== "string" || !/(^|_)topic$/.test(key)) return [key, value];
      if (value.startsWith("~")) return [key, base + value.slice(1)];
      return [key, value.endsWith("~") ? value.slice(0, -1) + base : value];
    }),
  );
}

import { wrongFilter } from "#contract/filters.ts";
import { isObject, type Json, objectOf } from "../payload.ts";
import { refused, type Untranslated } from "../translation.ts";
import { expand } from "./expand.ts";
import { meaningOf } from "./meaning.ts";

/** Something that a device announces to Home Assistant: where it tells its state, and what that is to Greenroom. */
export interface Discovered {
  /** `null`: nothing that is watched. */
  metric: string | null;
  why?: string;
  device?: string;
  label?: string;
  state_topic?: string;
  /** Where in a JSON state the value stands; left out where the state is the value, or is calculated. */
  path?: string;
  /** A template that does more than to name a value. */
  template?: string;
  unit?: string;
  availability_topics?: readonly string[];
}

export type Discovery = { ok: true; removes: true } | { ok: true; removes: false; entities: Discovered[] };

/** What may be announced; whatever else stands at that place of a topic is no announcement. */
const COMPONENTS =
  "alarm_control_panel|binary_sensor|button|camera|climate|cover|device|device_automation|device_tracker|event|fan|humidifier|image|lawn_mower|light|lock|notify|number|scene|select|sensor|siren|switch|tag|text|update|vacuum|valve|water_heater";
const TOPIC = new RegExp(String.raw`^[^/+#]+/(${COMPONENTS})/(?:[\w-]+/)?[\w-]+/config$`);
const MOST_ENTITIES = 500;

/** The component that a topic announces; `undefined` where it announces none. */
export const announcedBy = (topic: string): string | undefined => TOPIC.exec(topic)?.[1];

/**
 * An announcement of Home Assistant's MQTT discovery, of one entity or of a whole device; empty, it takes it back.
 * home-assistant.io/integrations/mqtt/#mqtt-discovery
 */
export function parseDiscovery(topic: string, payload: Uint8Array): Discovery | Untranslated {
  const component = announcedBy(topic);
  if (component === undefined) return refused("WRONG_TOPIC", "topic", "announces nothing");
  if (payload.length === 0) return { ok: true, removes: true };
  const read = objectOf(payload);
  if (!read.ok) return read;
  const config = expand(read.json);
  if (component !== "device") {
    const entity = parseEntity(component, config, "");
    return "ok" in entity ? entity : { ok: true, removes: false, entities: [entity] };
  }
  return parseDevice(config);
}

function parseDevice(config: Json): Discovery | Untranslated {
  const { components, device } = config;
  if (!isObject(device)) return refused("BAD_SHAPE", "device", "must be an object");
  if (!isObject(components)) return refused("BAD_SHAPE", "components", "must be an object of entities");
  const all = Object.entries(components);
  if (all.length > MOST_ENTITIES) return refused("BAD_SHAPE", "components", `are more than ${MOST_ENTITIES}`);
  const entities: Discovered[] = [];
  for (const [name, each] of all) {
    const where = `components.${name.slice(0, 64)}`;
    if (!isObject(each)) return refused("BAD_SHAPE", where, "must be an object");
    const platform = each["platform"];
    if (typeof platform !== "string") return refused("BAD_SHAPE", `${where}.platform`, "is missing");
    // With nothing but its platform it is taken back.
    if (Object.keys(each).every((key) => key === "platform" || key === "~")) continue;
    const entity = parseEntity(platform, { ...config, ...each }, `${where}.`);
    if ("ok" in entity) return entity;
    entities.push(entity);
  }
  return { ok: true, removes: false, entities };
}

/** `where`: what stands before a key in the reason of a refusal. */
function parseEntity(component: string, config: Json, where: string): Discovered | Untranslated {
  const meaning = meaningOf(component, config);
  const needsTopic = component === "sensor" || component === "binary_sensor";
  const state = config["state_topic"];
  if (needsTopic && state === undefined) return refused("BAD_SHAPE", `${where}state_topic`, "is missing");
  for (const key of ["state_topic", "availability_topic"] as const) {
    const why = config[key] === undefined ? undefined : wrongTopic(config[key]);
    if (why !== undefined) return refused("BAD_SHAPE", where + key, why);
  }
  const availability = availabilityOf(config);
  if (availability === undefined) return refused("BAD_SHAPE", `${where}availability`, "must be a list of {topic}");
  const { value_template: template, unit_of_measurement: unit } = config;
  if (template !== undefined && template !== null && typeof template !== "string")
    return refused("BAD_SHAPE", `${where}value_template`, "must be a text");
  const hasMeaning = meaning.metric !== undefined && typeof state === "string";
  return {
    metric: hasMeaning ? meaning.metric : null,
    ...(meaning.metric === undefined && { why: meaning.why }),
    ...deviceOf(config),
    ...(typeof state === "string" && { state_topic: state }),
    ...placeOf(template),
    ...(typeof unit === "string" && { unit: unit.slice(0, 16) }),
    ...(availability.length > 0 && { availability_topics: availability }),
  };
}

function wrongTopic(topic: unknown): string | undefined {
  if (typeof topic !== "string" || topic === "") return "must be a topic";
  if (/[+#]/.test(topic)) return "must be one topic, without + and #";
  return wrongFilter(topic);
}

function availabilityOf({ availability, availability_topic: single }: Json): string[] | undefined {
  const list: unknown = availability ?? (single === undefined ? [] : [{ topic: single }]);
  const all: unknown[] = Array.isArray(list) ? list : [list];
  const topics = all.map((each) => (isObject(each) ? each["topic"] : undefined));
  return topics.every((topic) => typeof topic === "string" && wrongTopic(topic) === undefined)
    ? (topics as string[])
    : undefined;
}

/** `{{ value_json.a.b }}` and `{{ value_json['a'] }}` name a value; anything more calculates one. */
function placeOf(template: unknown): Pick<Discovered, "path" | "template"> {
  if (typeof template !== "string") return {};
  const inside =
    /^\s*\{\{\s*value_json((?:\.\w{1,64}|\[\s*(?:'[^'\]]{1,64}'|"[^"\]]{1,64}"|\d{1,4})\s*\]){1,12})\s*\}\}\s*$/.exec(
      template,
    )?.[1];
  if (inside === undefined)
    return /^\s*\{\{\s*value\s*\}\}\s*$/.test(template) ? {} : { template: template.slice(0, 200) };
  const steps = [...inside.matchAll(/\.(\w+)|\[\s*(?:'([^']*)'|"([^"]*)"|(\d+))\s*\]/g)];
  return { path: steps.map(([, word, single, double, index]) => word ?? single ?? double ?? index ?? "").join(".") };
}

/** The device by its first identifier or connection; its name for a person. */
function deviceOf({ device }: Json): Pick<Discovered, "device" | "label"> {
  if (!isObject(device)) return {};
  const { identifiers, connections, name } = device;
  const [first]: unknown[] = Array.isArray(identifiers) ? identifiers : [identifiers];
  const [connection]: unknown[] = Array.isArray(connections) ? connections : [];
  const [, address]: unknown[] = Array.isArray(connection) ? connection : [];
  const id = typeof first === "string" ? first : typeof address === "string" ? address : undefined;
  return {
    ...(id !== undefined && { device: id.slice(0, 128) }),
    ...(typeof name === "string" && name !== "" && { label: name.slice(0, 64) }),
  };
}

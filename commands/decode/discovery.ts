import { announcedBy, type Discovered, parseDiscovery } from "#gateway/translate/discovery/parse-discovery.ts";
import type { Untranslated } from "#gateway/translate/translation.ts";
import type { Says } from "./answer.ts";

/** What an announcement of Home Assistant's MQTT discovery says; `undefined` where a topic announces nothing. */
export function decodeDiscovery(
  topic: string,
  payload: Uint8Array,
):
  | { translator: string; readings: []; says: Says }
  | { rejected: Untranslated["code"]; where: string; why: string }
  | undefined {
  const status = topic === "homeassistant/status" ? Buffer.from(payload).toString("utf8") : undefined;
  if (status === "online" || status === "offline")
    return { translator: "homeassistant", readings: [], says: { home_assistant: status } };
  if (announcedBy(topic) === undefined) return undefined;
  const read = parseDiscovery(topic, payload);
  if (!read.ok) return { rejected: read.code, where: read.where, why: read.why };
  const says = read.removes ? { removes: true } : saysOf(read.entities);
  return { translator: "homeassistant", readings: [], says };
}

/** A single entity by itself, those of a device as a list. */
function saysOf(entities: readonly Discovered[]): Says {
  const all = entities.map(({ metric, availability_topics: topics = [], ...rest }) => ({
    discovers: metric,
    ...rest,
    ...(topics.length === 1 && { availability_topic: topics[0] }),
    ...(topics.length > 1 && { availability_topics: topics }),
  }));
  const [first] = all;
  return all.length === 1 && first !== undefined ? first : { entities: all };
}

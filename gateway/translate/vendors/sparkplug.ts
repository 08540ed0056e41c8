import { messageOf } from "#contract/errors.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { celsius } from "../payload.ts";
import { readPayload, type SparkplugMetric, type SparkplugPayload } from "../sparkplug/payload.ts";
import { rebirthRequest } from "../sparkplug/write-payload.ts";
import { fromEpoch } from "../time.ts";
import {
  defineTranslator,
  type DeviceReading,
  nothing,
  refused,
  type Translated,
  type Translation,
  type VendorMessage,
  words,
} from "../translation.ts";

const ROOT = "spBv1.0";
const MOST_NODES = 5_000;
const MOST_ALIASES = 20_000;
/** A request may be lost (it goes with QoS 0): after this it is made again. */
const ASK_AGAIN_MS = 60_000;

/** The last part of a metric's name, lower case, and what it means where its unit does not contradict. */
const NAMES: Readonly<Record<string, string>> = {
  temperature: "temperature_c",
  humidity: "humidity_pct",
  co2: "co2_ppm",
  present: "occupied",
  presence: "occupied",
  occupied: "occupied",
  occupancy: "occupied",
  count: "people_count",
  "people count": "people_count",
  pressure: "pressure_hpa",
  illuminance: "light_lux",
  noise: "noise_dba",
  voltage: "voltage_v",
  "supply voltage": "voltage_v",
  battery: "battery_pct",
};
const FAHRENHEIT = /^(deg|°)?\s?F$/i;

/** What a birth ties to an alias. */
interface Known {
  name: string;
  datatype?: number | undefined;
  unit?: string | undefined;
}

/** One edge node, as its births and deaths leave it. */
interface Node {
  bdSeq: number | undefined;
  seq: number | undefined;
  isBorn: boolean;
  aliases: Map<number, Known>;
  names: Map<string, Known>;
  /** When, by its own clock, a rebirth was asked for that has not come yet. */
  askedAt: number | undefined;
}

/**
 * Sparkplug B 3.0: births name metrics and aliases, data may come by alias alone, `seq` counts 0 … 255 per edge node. After a
 * gap, or data before a birth, a rebirth is asked for once. A death of an earlier session (other bdSeq) is ignored.
 */
export const sparkplug = defineTranslator({
  name: "sparkplug",
  title: "Sparkplug B",
  filters: [
    `${ROOT}/+/NBIRTH/#`,
    `${ROOT}/+/DBIRTH/#`,
    `${ROOT}/+/NDATA/#`,
    `${ROOT}/+/DDATA/#`,
    `${ROOT}/+/NDEATH/#`,
    `${ROOT}/+/DDEATH/#`,
  ],
  listens: [`${ROOT}/#`],
  every_s: 3_600,
  recognises: ({ topic }) => topic.startsWith(`${ROOT}/`),
  start() {
    const host = new Host();
    return (message) => host.take(message);
  },
});

class Host {
  readonly #nodes = new Map<string, Node>();

  take({ topic, payload }: VendorMessage): Translated {
    const [root, group = "", kind = "", name = "", device] = topic.split("/");
    // A host's own state, and what others command.
    if (root !== ROOT) return refused("WRONG_TOPIC", "topic", `is not below ${ROOT}/`);
    if (group === "STATE" || kind === "NCMD" || kind === "DCMD") return nothing();
    if (name === "") return refused("WRONG_TOPIC", "topic", "names no edge node");
    let read: SparkplugPayload;
    try {
      read = readPayload(payload);
    } catch (error) {
      return refused("BAD_SHAPE", "payload", `is no Sparkplug B payload: ${messageOf(error)}`);
    }
    const node = this.#node(`${group}/${name}`);
    if (node === undefined) return refused("TOO_LARGE", "topic", `more than ${MOST_NODES} edge nodes`);
    const path = device === undefined ? `${group}/${name}` : `${group}/${name}/${device}`;
    switch (kind) {
      case "NBIRTH":
        return this.#born(node, path, read);
      case "DBIRTH":
        learn(node, read.metrics);
        return withWord(this.#data(node, { group, name, path }, read), path);
      case "NDATA":
      case "DDATA":
        return this.#data(node, { group, name, path }, read);
      case "NDEATH":
        return died(node, path, read);
      case "DDEATH":
        node.seq = read.seq;
        return words({ device: path, state: "offline" });
      default:
        return refused("WRONG_TOPIC", "topic", `${kind.slice(0, 20)} is no message of Sparkplug B`);
    }
  }

  #node(key: string): Node | undefined {
    let node = this.#nodes.get(key);
    if (node === undefined) {
      if (this.#nodes.size >= MOST_NODES) return undefined;
      node = {
        bdSeq: undefined,
        seq: undefined,
        isBorn: false,
        aliases: new Map(),
        names: new Map(),
        askedAt: undefined,
      };
      this.#nodes.set(key, node);
    }
    return node;
  }

  #born(node: Node, path: string, payload: SparkplugPayload): Translated {
    node.aliases.clear();
    node.names.clear();
    const bdSeq = payload.metrics.find((metric) => metric.name === "bdSeq")?.value;
    node.bdSeq = typeof bdSeq === "number" ? bdSeq : undefined;
    node.seq = payload.seq;
    node.isBorn = true;
    node.askedAt = undefined;
    learn(node, payload.metrics);
    return withWord(readingsOf(node, path, payload), path);
  }

  #data(
    node: Node,
    { group, name, path }: { group: string; name: string; path: string },
    payload: SparkplugPayload,
  ): Translation {
    const isNext = node.seq !== undefined && payload.seq === (node.seq + 1) % 256;
    const isUnnamed = payload.metrics.some(
      (metric) => metric.name === undefined && !node.aliases.has(metric.alias ?? -1),
    );
    node.seq = payload.seq;
    const translation = readingsOf(node, path, payload);
    const at = payload.timestamp ?? 0;
    const isWaiting = node.askedAt !== undefined && Math.abs(at - node.askedAt) < ASK_AGAIN_MS;
    if ((!isNext || !node.isBorn || isUnnamed || node.askedAt !== undefined) && !isWaiting) {
      node.askedAt = at;
      translation.asks = [{ topic: `${ROOT}/${group}/NCMD/${name}`, payload: rebirthRequest(at) }];
    }
    return translation;
  }
}

function died(node: Node, path: string, payload: SparkplugPayload): Translated {
  const bdSeq = payload.metrics.find((metric) => metric.name === "bdSeq")?.value;
  if (node.isBorn && typeof bdSeq === "number" && node.bdSeq !== undefined && bdSeq !== node.bdSeq) return nothing();
  node.isBorn = false;
  // With the edge node everything behind it is out of reach (specification, 4.3).
  return words({ device: path, state: "offline" }, { device: `${path}/*`, state: "offline" });
}

function learn(node: Node, metrics: readonly SparkplugMetric[]): void {
  for (const { name, alias, datatype, unit } of metrics) {
    if (name === undefined || node.names.size >= MOST_ALIASES) continue;
    const known: Known = { name, datatype, unit };
    node.names.set(name, known);
    if (alias !== undefined) node.aliases.set(alias, known);
  }
}

const withWord = (translation: Translation, device: string): Translation => ({
  ...translation,
  words: [{ device, state: "online" }, ...translation.words],
});

/** What was measured, by the instant of each metric: what is historical never becomes the present. */
function readingsOf(node: Node, device: string, payload: SparkplugPayload): Translation {
  const readings = new Map<string, DeviceReading>();
  for (const metric of payload.metrics) {
    const known =
      metric.name === undefined
        ? node.aliases.get(metric.alias ?? -1)
        : (node.names.get(metric.name) ?? { name: metric.name });
    if (known === undefined) continue;
    const found = meaning(metric, known);
    if (found === undefined) continue;
    const stamp = metric.timestamp ?? payload.timestamp;
    const key = `${metric.isHistorical} ${stamp}`;
    let reading = readings.get(key);
    if (reading === undefined) {
      const at = stamp === undefined ? undefined : fromEpoch(stamp);
      reading = {
        device,
        metrics: {},
        ...(at !== undefined && { at }),
        ...(metric.isHistorical && { historical: true as const }),
      };
      readings.set(key, reading);
    }
    reading.metrics[found.metric] = found.value;
  }
  return { ok: true, readings: [...readings.values()], words: [] };
}

function meaning(metric: SparkplugMetric, known: Known): { metric: string; value: MetricValue | null } | undefined {
  const last = known.name.slice(known.name.lastIndexOf("/") + 1).toLowerCase();
  const isDoor = last === "open" && /door|contact/i.test(known.name);
  const name = isDoor ? "door_open" : Object.hasOwn(NAMES, last) ? NAMES[last] : undefined;
  if (name === undefined) return undefined;
  if (metric.isNull) return { metric: name, value: null };
  const { value } = metric;
  const wantsBoolean = name === "occupied" || name === "door_open";
  if (wantsBoolean) return typeof value === "boolean" ? { metric: name, value } : undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  const isFahrenheit = name === "temperature_c" && FAHRENHEIT.test(metric.unit ?? known.unit ?? "");
  return { metric: name, value: isFahrenheit ? celsius(value) : value };
}

import type { Clock } from "#contract/clock.ts";
import { metrics as registry, type MetricValue, wrongType } from "#contract/metrics.ts";
import type { Instant } from "#contract/units.ts";
import { numberOf, switchOf, textOf } from "../payload.ts";
import { fromEpoch, fromText } from "../time.ts";
import {
  type DeviceReading,
  type DeviceWord,
  refused,
  type Translated,
  type Untranslated,
  type VendorMessage,
} from "../translation.ts";
import type { Mapping } from "./mapping.ts";
import { MappingThread } from "./mapping-thread.ts";
import type { FoundItem } from "./mapping-worker.ts";

const STATES = ["online", "offline", "sleeping"] as const;
const LONGEST_NAME = 200;

/** Reads messages by a mapping of the configuration. */
export class CustomTranslator {
  readonly #thread: MappingThread;
  readonly #zone: string | undefined;

  constructor(mapping: Mapping, { clock, zone }: { clock: Clock; zone?: string | undefined }) {
    this.#thread = new MappingThread(mapping, clock);
    this.#zone = zone;
  }

  async read({ topic, payload }: VendorMessage): Promise<Translated> {
    const text = textOf(payload);
    if (text === undefined) return refused("BAD_JSON", "payload", "is not UTF-8");
    if (text === "") return { ok: true, readings: [], words: [] };
    const found = await this.#thread.read({ topic, text });
    if (!found.ok) return found;
    const readings: DeviceReading[] = [];
    const words: DeviceWord[] = [];
    for (const item of found.items) {
      const said = this.#item(item, topic);
      if (!said.ok) return said;
      if (said.reading !== undefined) readings.push(said.reading);
      if (said.word !== undefined) words.push(said.word);
    }
    return { ok: true, readings, words };
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }

  #item(item: FoundItem, topic: string): { ok: true; reading?: DeviceReading; word?: DeviceWord } | Untranslated {
    const device = item.device === undefined ? topic.slice(0, LONGEST_NAME) : nameOf(item.device);
    if (device === undefined) return refused("BAD_SHAPE", "device", `is ${shown(item.device)}; it must be a name`);
    const state = STATES.find((each) => each === item.state);
    if (item.state !== undefined && item.state !== null && state === undefined)
      return refused("BAD_SHAPE", "state", `is ${shown(item.state)}; it must be ${STATES.join(", ")}`);
    const at = item.at === undefined || item.at === null ? undefined : this.#instant(item.at);
    if (item.at !== undefined && item.at !== null && at === undefined)
      return refused("BAD_TIME", "at", `${shown(item.at)} is no instant`);
    const metrics: Record<string, MetricValue | null> = {};
    for (const [name, value] of Object.entries(item.readings)) {
      const metric = metricOf(name, value);
      if (metric === undefined) return refused("BAD_SHAPE", `readings.${name}`, `is ${shown(value)}`);
      metrics[name] = metric.value;
    }
    const hasMetrics = Object.keys(metrics).length > 0;
    return {
      ok: true,
      ...(hasMetrics && { reading: { device, metrics, ...(at !== undefined && { at }) } }),
      ...(state !== undefined && { word: { device, state } }),
    };
  }

  #instant(value: unknown): Instant | undefined {
    if (typeof value === "string") return fromText(value, this.#zone);
    return typeof value === "number" ? fromEpoch(value) : undefined;
  }
}

const nameOf = (value: unknown): string | undefined => {
  const name = typeof value === "number" ? String(value) : value;
  return typeof name === "string" && name !== "" && name.length <= LONGEST_NAME ? name : undefined;
};

/** A value as its metric takes it; numbers and switches also as devices write them in text. */
function metricOf(name: string, value: unknown): { value: MetricValue | null } | undefined {
  const metric = registry.get(name);
  if (metric === undefined) return undefined;
  if (value === null) return { value };
  const read = metric.kind === "number" ? numberOf(value) : metric.kind === "boolean" ? switchOf(value) : value;
  return wrongType(metric, read) === undefined ? { value: read as MetricValue } : undefined;
}

const shown = (value: unknown): string =>
  typeof value === "object" && value !== null && "shape" in value
    ? String(value.shape)
    : (JSON.stringify(value)?.slice(0, 60) ?? "nothing");

import type { Bus } from "#contract/bus.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { rfc3339, seconds } from "#contract/units.ts";
import { publish } from "#contract/wire.ts";
import type { Untranslated, VendorMessage } from "../translate/translation.ts";

interface Kept {
  topic: string;
  refusal: Untranslated;
  payload: Uint8Array;
  count: number;
}

const EVERY = seconds(2);
/** Different ones told at a time; what a flood brings beyond is only counted. */
const TOLD_AT_ONCE = 20;
const PAYLOAD_BYTES = 1_024;

const utf8 = new TextDecoder();

/** Vendor messages that could not be translated: counted by code, and told on the wire with where and why, equal ones once. */
export class Rejections {
  readonly counts = new Map<string, number>();
  readonly #parts: { bus: Bus; clock: Clock; site: string; agent: string };
  #kept = new Map<string, Kept>();
  #cancel: Cancel | undefined;

  constructor(parts: { bus: Bus; clock: Clock; site: string; agent: string }) {
    this.#parts = parts;
  }

  add({ topic, payload }: Pick<VendorMessage, "topic" | "payload">, refusal: Untranslated): void {
    this.counts.set(refusal.code, (this.counts.get(refusal.code) ?? 0) + 1);
    const key = `${refusal.code} ${refusal.where} ${refusal.why} ${topic}`;
    const known = this.#kept.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#kept.size < TOLD_AT_ONCE)
      this.#kept.set(key, { topic, refusal, payload: payload.slice(0, PAYLOAD_BYTES), count: 1 });
    this.#cancel ??= this.#parts.clock.after(EVERY, () => this.#tell());
  }

  /** Tells what is left. */
  stop(): void {
    if (this.#cancel !== undefined) this.#tell();
  }

  #tell(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const { bus, clock, site, agent } = this.#parts;
    const kept = this.#kept;
    this.#kept = new Map();
    for (const { topic, refusal, payload, count } of kept.values()) {
      const { code, where, why } = refusal;
      const text = {
        where: where.slice(0, 256),
        why: why.slice(0, 512),
        payload: utf8.decode(payload).slice(0, 1_024),
      };
      const message = { at: rfc3339(clock.now()), topic: topic.slice(0, 1_024), code, ...text, count };
      publish(bus, "untranslated", { site, agent }, message).catch(() => {}); // The count stays.
    }
  }
}

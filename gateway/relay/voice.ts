import { randomBytes } from "node:crypto";
import type { Bus } from "#contract/bus.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { type Instant, rfc3339, seconds } from "#contract/units.ts";
import { encode, parsePayload, topicOf } from "#contract/wire.ts";

/** Stores a reading; resolves once it is durable, rejects when that is not possible now. */
export type StoreReading = (reading: { topic: string; payload: Uint8Array }) => Promise<void>;

/** A device's place on the wire. */
export interface Place {
  site: string;
  room: string;
  device: string;
}

export const placeKey = ({ site, room, device }: Place): string => `${site}/${room}/${device}`;

/** What is said of one device at one instant. */
export interface Said {
  at: Instant;
  metrics: Record<string, MetricValue | null>;
  late?: boolean;
  doubt?: string;
}

export interface VoiceOptions {
  /** In whose name. */
  agent: string;
  bus: Bus;
  /** With it a reading is stored before it is published; without it the recorder hears it on the wire and says `committed`. */
  record?: StoreReading | undefined;
  clock: Clock;
  log: Log;
}

interface Waiting {
  topic: string;
  said: Said;
  seq: number;
  /** When it was published last, and how often. */
  sentAt: Instant | undefined;
  tries: number;
  /** The recorder has it. */
  stored: PromiseWithResolvers<void>;
}

/** So many readings wait in memory; beyond it the oldest are dropped, and the recorder is told so. */
const MOST_WAITING = 20_000;
/** What was published and is not confirmed for this long is published again. */
const AGAIN_AFTER = seconds(30);
const LONGEST_PATIENCE = seconds(600);
const STORE_AGAIN = seconds(1);

/** The recorder that is away for long is not flooded with the same. */
const patience = (tries: number): number => Math.min(LONGEST_PATIENCE, AGAIN_AFTER * 2 ** Math.max(0, tries - 1));

/**
 * Speaks readings in an agent's name: numbered without holes from 1 in this run, and kept until they are stored. A broker or a
 * recorder that was away gets again what it has not confirmed; of several of one device only the newest is then its present.
 */
export class Voice {
  readonly boot: string;
  readonly #options: VoiceOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #unlink: () => void;
  readonly #cancel: Cancel;
  #seq = 0;
  #dropped = 0;
  #isStopped = false;

  constructor(options: VoiceOptions) {
    this.#options = options;
    const { bus, clock } = options;
    this.boot = `${clock.now().toString(36)}-${randomBytes(4).toString("hex")}`;
    this.#unlink = bus.onLink((isUp) => {
      if (isUp) this.#sayAgain(() => true);
    });
    this.#cancel = clock.every(AGAIN_AFTER, () =>
      this.#sayAgain(({ sentAt, tries }) => sentAt === undefined || sentAt + patience(tries) <= clock.now()),
    );
  }

  /** Says a reading. Resolves once it is stored; never, where it had to be given up. */
  say(place: Place, said: Said): Promise<void> | undefined {
    if (this.#isStopped) return undefined;
    this.#seq += 1;
    const waiting: Waiting = {
      topic: topicOf("reading", { ...place }),
      said,
      seq: this.#seq,
      sentAt: undefined,
      tries: 0,
      stored: Promise.withResolvers(),
    };
    const { record } = this.#options;
    if (record !== undefined) return this.#store(waiting, record);
    this.#waiting.set(waiting.seq, waiting);
    if (this.#waiting.size > MOST_WAITING) this.#drop();
    this.#send(waiting, said.late === true);
    return waiting.stored.promise;
  }

  /** The recorder's word on what it has. */
  committed(payload: Uint8Array): void {
    const parsed = parsePayload("committed", payload);
    const upTo = parsed.ok ? parsed.value.boots.find(({ boot }) => boot === this.boot)?.seq : undefined;
    if (upTo === undefined) return;
    for (const [seq, { stored }] of this.#waiting) {
      if (seq > upTo) break;
      this.#waiting.delete(seq);
      stored.resolve();
    }
  }

  /** For `agents/{agent}/state`. */
  get outbox(): { waiting: number; dropped: number; oldest: { boot: string; seq: number } } {
    const oldest = this.#waiting.keys().next().value ?? this.#seq + 1;
    return { waiting: this.#waiting.size, dropped: this.#dropped, oldest: { boot: this.boot, seq: oldest } };
  }

  stop(): void {
    this.#isStopped = true;
    this.#unlink();
    this.#cancel();
  }

  /** Stored first, then told: who hears it may rely on it. Tried again for as long as it takes: nobody else has it. */
  async #store(waiting: Waiting, record: StoreReading): Promise<void> {
    const { bus, clock, log } = this.#options;
    const payload = this.#encode(waiting, waiting.said.late === true);
    for (let isFirst = true; ; isFirst = false) {
      try {
        await record({ topic: waiting.topic, payload });
        break;
      } catch (error) {
        if (this.#isStopped) throw error;
        if (isFirst && this.#waiting.size === 0)
          log.warn({ why: messageOf(error) }, "a translated reading cannot be stored; it is tried again");
        if (!this.#waiting.has(waiting.seq) && this.#waiting.size >= MOST_WAITING) {
          this.#dropped += 1;
          throw error;
        }
        this.#waiting.set(waiting.seq, waiting);
        await new Promise<void>((resolve) => void clock.after(STORE_AGAIN, resolve));
      }
    }
    this.#waiting.delete(waiting.seq);
    await bus.publish(waiting.topic, payload, { qos: 1 }).catch(() => {});
  }

  #send(waiting: Waiting, isLate: boolean): void {
    const { bus, clock } = this.#options;
    waiting.sentAt = clock.now();
    waiting.tries += 1;
    bus.publish(waiting.topic, this.#encode(waiting, isLate), { qos: 1 }).catch(() => {
      waiting.sentAt = undefined; // With the next link.
    });
  }

  #sayAgain(isDue: (waiting: Waiting) => boolean): void {
    if (!this.#options.bus.connected || this.#waiting.size === 0 || this.#options.record !== undefined) return;
    const newest = new Map<string, number>();
    for (const { topic, seq, said } of this.#waiting.values()) if (said.late !== true) newest.set(topic, seq);
    for (const waiting of this.#waiting.values())
      if (isDue(waiting)) this.#send(waiting, newest.get(waiting.topic) !== waiting.seq);
  }

  #drop(): void {
    const oldest = this.#waiting.keys().next().value;
    if (oldest === undefined) return;
    this.#waiting.delete(oldest);
    this.#dropped += 1;
  }

  #encode({ said, seq }: Waiting, isLate: boolean): Uint8Array {
    const { at, metrics, doubt } = said;
    const reading = { at: rfc3339(at), agent: this.#options.agent, boot: this.boot, seq, metrics: { ...metrics } };
    const more = { ...(isLate && { late: true }), ...(doubt !== undefined && { doubt: doubt.slice(0, 256) }) };
    return new TextEncoder().encode(encode("reading", { ...reading, ...more }));
  }
}

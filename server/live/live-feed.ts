import { randomUUID } from "node:crypto";
import type { LiveMessage } from "#contract/api/live.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { type Instant, millis, rfc3339, seconds } from "#contract/units.ts";
import { alertFor, type Audience, audienceKey, demoFor } from "./audience.ts";
import type { LiveChange, LiveView } from "./live-view.ts";

/** What screens are told of comes at most this often. */
export const BATCH_EVERY = millis(100);
/** Putting a batch together may take one part in so many of the time; then batches come more seldom, down to `BATCH_AT_MOST`. */
const TIMES_ITS_COST = 15;
const BATCH_AT_MOST = seconds(1);
/** How much the last batch counts in what one costs: a single pause of the whole program must not slow the feed. */
const LAST_COUNTS = 0.2;
const LOOK_EVERY = seconds(5);
/**
 * A client that comes back after a short break gets only what it missed. A visit with all its checks takes about 4 kB, so
 * this is a few megabytes; whoever missed more is better off with the whole picture.
 */
const KEPT_CHANGES = 1_000;
const KEPT_THINGS = 1_500;

interface Step extends LiveChange {
  seq: number;
  at: Instant;
}

/** Numbers the changes of the live view and keeps the last ones, so that a client can take up where it broke off. */
export class LiveFeed {
  /** A new one at each start: numbers of an earlier one mean nothing. */
  readonly epoch = randomUUID();
  readonly #clock: Clock;
  readonly #view: LiveView;
  readonly #ring: Step[] = [];
  readonly #listeners = new Set<(step: Step) => void>();
  /** The newest change as text, by audience. */
  #texts: { of: Step | undefined; byAudience: Map<string, string> } = { of: undefined, byAudience: new Map() };
  #things = 0;
  #seq = 0;
  #lastBatch = 0;
  /** What putting a batch together takes of late, in ms. */
  #cost = 0;
  #batch: Cancel | undefined;
  #watch: Cancel | undefined;

  constructor(view: LiveView, clock: Clock) {
    this.#view = view;
    this.#clock = clock;
  }

  get seq(): number {
    return this.#seq;
  }

  start(): void {
    this.#watch ??= this.#clock.every(LOOK_EVERY, () => {
      this.#view.touchQuiet();
      this.flush();
    });
    this.flush();
  }

  stop(): void {
    this.#watch?.();
    this.#batch?.();
    this.#watch = undefined;
    this.#batch = undefined;
  }

  /** Something has changed: it is told within one batch. */
  touch(keys: readonly string[]): void {
    for (const key of keys) this.#view.touch(key);
    if (this.#batch !== undefined || this.#watch === undefined) return;
    const every = Math.min(BATCH_AT_MOST, Math.max(BATCH_EVERY, Math.round(TIMES_ITS_COST * this.#cost)));
    const wait = Math.max(0, this.#lastBatch + every - this.#clock.now());
    this.#batch = this.#clock.after(millis(Math.min(wait, every)), () => this.flush());
  }

  /** Tells what has changed now. */
  flush(): void {
    this.#batch?.();
    this.#batch = undefined;
    this.#lastBatch = this.#clock.now();
    const change = this.#view.changes();
    this.#cost += LAST_COUNTS * (this.#clock.now() - this.#lastBatch - this.#cost);
    if (change === undefined) return;
    this.#seq += 1;
    const step: Step = { ...change, seq: this.#seq, at: this.#clock.now() };
    this.#keep(step);
    for (const listener of this.#listeners) listener(step);
  }

  listen(listener: (step: Step) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What a client missed; `undefined` when that is no longer known and it needs a snapshot. */
  missed(epoch: string, since: number): readonly Step[] | undefined {
    if (epoch !== this.epoch || since > this.#seq) return undefined;
    if (since === this.#seq) return [];
    const first = this.#ring[0]?.seq ?? Number.POSITIVE_INFINITY;
    return since + 1 < first ? undefined : this.#ring.slice(since + 1 - first);
  }

  /** Everything, as of the last number. */
  snapshot(audience: Audience): LiveMessage {
    return {
      type: "snapshot",
      epoch: this.epoch,
      seq: this.#seq,
      at: rfc3339(this.#clock.now()),
      rooms: this.#view.rooms(),
      demos: this.#view.demos().map((demo) => demoFor(audience, demo)),
      alerts: this.#view.alerts().map((alert) => alertFor(audience, alert)),
      system: this.#view.system(),
    };
  }

  /** A change as the text that an audience is sent; of the newest it is made once for all who see the same. */
  textOf(step: Step, audience: Audience): string {
    if (step.seq !== this.#seq) return JSON.stringify(this.delta(step, audience));
    if (this.#texts.of !== step) this.#texts = { of: step, byAudience: new Map() };
    const key = audienceKey(audience);
    const text = this.#texts.byAudience.get(key) ?? JSON.stringify(this.delta(step, audience));
    this.#texts.byAudience.set(key, text);
    return text;
  }

  delta(step: Step, audience: Audience): LiveMessage {
    const { rooms, demos, alerts, system } = step;
    const gone = Object.fromEntries(Object.entries(step.gone).filter(([, ids]) => ids.length > 0));
    return {
      type: "delta",
      seq: step.seq,
      at: rfc3339(step.at),
      ...(rooms.length > 0 ? { rooms } : {}),
      ...(demos.length > 0 ? { demos: demos.map((demo) => demoFor(audience, demo)) } : {}),
      ...(alerts.length > 0 ? { alerts: alerts.map((alert) => alertFor(audience, alert)) } : {}),
      ...(Object.keys(gone).length > 0 ? { gone } : {}),
      ...(system === undefined ? {} : { system }),
    };
  }

  #keep(step: Step): void {
    this.#ring.push(step);
    this.#things += sizeOf(step);
    while (this.#ring.length > KEPT_CHANGES || (this.#things > KEPT_THINGS && this.#ring.length > 1))
      this.#things -= sizeOf(this.#ring.shift() as Step);
  }
}

export type { Step as LiveStep };

const sizeOf = (step: Step): number => 1 + step.rooms.length + step.demos.length + step.alerts.length;

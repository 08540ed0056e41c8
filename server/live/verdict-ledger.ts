import type { RoomView } from "#contract/api/views.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { parseRoomKey } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import type { RoomReadiness, Verdict } from "#contract/messages/readiness.ts";
import { type Instant, minutes, parseInstant, seconds } from "#contract/units.ts";
import type { Store } from "../store/open-store.ts";
import { type JudgedVisit, packVerdict, type PackedVerdict } from "../store/verdicts.ts";
import type { LiveFeed } from "./live-feed.ts";
import type { WireState } from "./wire-state.ts";

/** A commit waits for the disk, and everything else with it: not for every change. */
const TOGETHER = seconds(5);
const BEAT = minutes(1);
/** Visits beyond these are judged again before they matter. */
const VISITS = 3;

/**
 * Takes down how rooms are judged, whenever it changes: an outcome, a check, a visit's status, or that nobody judges any
 * more. So that "why was it red at 14:05?" has an answer. Also when it was there to do so: a gap is told as one.
 */
export class VerdictLedger {
  readonly #store: Store;
  readonly #feed: LiveFeed;
  readonly #wire: WireState;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #last = new Map<string, string>();
  #waiting = new Map<string, PackedVerdict>();
  #writing: Promise<void> = Promise.resolve();
  #since: Instant;
  #timer: Cancel | undefined;
  #beat: Cancel = () => {};
  #unlisten: () => void = () => {};

  constructor(parts: { store: Store; feed: LiveFeed; wire: WireState; clock: Clock; log: Log }) {
    this.#store = parts.store;
    this.#feed = parts.feed;
    this.#wire = parts.wire;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#since = this.#clock.now();
  }

  start(): void {
    this.#since = this.#clock.now();
    this.#unlisten = this.#feed.listen(({ rooms, gone }) => {
      for (const room of rooms) this.#take(room);
      for (const key of gone.rooms) this.#last.delete(key);
    });
    this.#beat = this.#clock.every(BEAT, () => void this.flush());
  }

  async stop(): Promise<void> {
    this.#unlisten();
    this.#beat();
    await this.flush();
  }

  /** Resolves once everything taken so far is stored. */
  flush(): Promise<void> {
    this.#timer?.();
    this.#timer = undefined;
    const batch = this.#waiting;
    this.#waiting = new Map();
    this.#writing = this.#writing.then(() => this.#write([...batch.values()]));
    return this.#writing;
  }

  #take(room: RoomView): void {
    if (room.currency === "waiting") return;
    const readiness = this.#wire.readiness(room.key);
    if (readiness === undefined) return;
    const visits = visitsOf(readiness);
    const fingerprint = fingerprintOf(room, readiness.now, visits);
    if (this.#last.get(room.key) === fingerprint) return;
    this.#last.set(room.key, fingerprint);
    const { outcome, score, sentence, currency } = room;
    const said = parseInstant(readiness.at) ?? this.#clock.now();
    // What has become stale did so now, not when it was last judged.
    const at_ms = currency === "live" ? Math.max(said, this.#since) : this.#clock.now();
    const row = packVerdict({
      ...parseRoomKey(room.key),
      at_ms,
      outcome,
      score,
      sentence,
      currency,
      verdict: readiness.now,
      visits,
    });
    this.#waiting.set(`${room.key}@${at_ms}`, row);
    this.#timer ??= this.#clock.after(TOGETHER, () => void this.flush());
  }

  async #write(rows: readonly PackedVerdict[]): Promise<void> {
    const now = this.#clock.now();
    try {
      await this.#store.transaction(async (tx) => {
        await tx.verdicts.addAll(rows);
        await tx.verdicts.watch({ from_ms: this.#since, to_ms: now });
      });
    } catch (error) {
      // They are taken down with the rooms' next words; until then there is a gap.
      for (const { site, room } of rows) this.#last.delete(`${site}/${room}`);
      this.#log.warn({ why: messageOf(error), verdicts: rows.length }, "verdicts cannot be stored");
    }
  }
}

const visitsOf = ({ demos }: RoomReadiness): JudgedVisit[] =>
  demos
    .slice(0, VISITS)
    .map(({ demo, status, sentence, p_ready, arrival }) => ({ demo, status, sentence, p_ready, arrival }));

/** What makes a change: not a figure that moves, but what follows from it. */
const fingerprintOf = ({ currency, outcome }: RoomView, now: Verdict, visits: readonly JudgedVisit[]): string =>
  [
    currency,
    outcome,
    ...now.checks.map(({ check, device = "", outcome: found, code }) => `${check}${device}:${found}:${code}`),
    ...visits.map(({ demo, status }) => `${demo}=${status}`),
  ].join("|");

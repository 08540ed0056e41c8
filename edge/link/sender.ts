import type { Cancel, Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";
import { between, type Instant, millis, type Millis, minutes, seconds } from "#contract/units.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { StoredReading } from "../outbox/record.ts";
import type { Position } from "../outbox/shelf.ts";

export interface SenderOptions {
  outbox: Outbox;
  /** Resolves once the broker has acknowledged; rejects when the link fails. */
  publish(reading: StoredReading, isLate: boolean): Promise<void>;
  /** Nothing is confirmed though it was sent: told before it is sent again. */
  onSilence(): void;
  clock: Clock;
  /** When a reading was taken, as is known now. */
  dated(reading: StoredReading): Instant;
  log: Log;
}

/** A reading older than this no longer tells how things are. */
const LATE_AFTER: Millis = seconds(30);
/** Messages that the broker has not acknowledged yet; some places are kept for live readings. */
const MOST_OPEN = 256;
const KEPT_FOR_LIVE = 32;
/** Readings of the backlog that were sent and not confirmed: grows while they are, shrinks after a silence. */
const WINDOW = { least: 50, first: 500, most: 8_000 };
/** Without a confirmation for this long, everything unconfirmed is sent again; longer each time. */
const SILENCE = { first: seconds(10), longest: minutes(1) };
/** Live readings that wait for the broker; more than that become backlog. */
const MOST_LIVE = 1_000;
const RETRY: Millis = seconds(1);

/**
 * Sends what the outbox holds, on two lanes: readings taken while the link is up go at once, whatever else waits; what was
 * taken before goes in order beside them. What was sent stays in the outbox until it is confirmed.
 */
export class Sender {
  readonly #options: SenderOptions;
  #isUp = false;
  /** Counts the times that sending began anew: answers to what was sent before that no longer matter. */
  #round = 0;
  #open = 0;
  #live: StoredReading[] = [];
  #backlog: Backlog = {
    chunk: [],
    ordinal: 0,
    cursor: { ordinal: 0, seq: 0 },
    end: { ordinal: 0, seq: 0 },
    isDone: true,
  };
  #isReading = false;
  #unconfirmed: Position[] = [];
  #window = WINDOW.first;
  #silence: Millis = SILENCE.first;
  #cancelSilence: Cancel | undefined;
  #cancelRetry: Cancel | undefined;
  #sent = 0;
  #isStalled = false;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get stats(): { sent: number; open: number; backlogUnconfirmed: number; window: number } {
    return { sent: this.#sent, open: this.#open, backlogUnconfirmed: this.#unconfirmed.length, window: this.#window };
  }

  /** Nothing is left that was not handed to the broker and acknowledged by it at least once. */
  get isIdle(): boolean {
    return this.#isUp && this.#open === 0 && this.#live.length === 0 && this.#backlog.isDone;
  }

  linkUp(): void {
    this.#isUp = true;
    this.#beginAnew();
  }

  linkDown(): void {
    this.#isUp = false;
    this.#round += 1;
    this.#live = [];
    this.#cancelSilence?.();
    this.#cancelSilence = undefined;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  /** A reading was just taken. Without a link it waits in the outbox. */
  offer(reading: StoredReading): void {
    if (!this.#isUp) return;
    this.#live.push(reading);
    if (this.#live.length > MOST_LIVE) this.#beginAnew();
    else this.#pump();
  }

  /** The recorder has confirmed more than before. */
  confirmed(): void {
    const { outbox, log } = this.#options;
    this.#silence = SILENCE.first;
    const wasFull = this.#unconfirmed.length >= this.#window;
    this.#unconfirmed = this.#unconfirmed.filter((position) => !outbox.isConfirmed(position));
    if (wasFull) this.#window = Math.min(WINDOW.most, this.#window * 2);
    if (this.#isStalled) log.info({}, "readings are confirmed again");
    this.#isStalled = false;
    this.#watchSilence(true);
    this.#pump();
  }

  /** The recorder is there, though it has confirmed nothing new. */
  heard(): void {
    if (this.#silence === SILENCE.first) return;
    this.#silence = SILENCE.first;
    this.#watchSilence(true);
  }

  /** Everything unconfirmed becomes backlog; what is taken from now on is live. */
  #beginAnew(): void {
    this.#round += 1;
    this.#live = [];
    this.#unconfirmed = [];
    const start = { ordinal: 0, seq: 0 };
    this.#backlog = { chunk: [], ordinal: 0, cursor: start, end: this.#options.outbox.end, isDone: false };
    this.#pump();
  }

  #pump(): void {
    if (!this.#isUp) return;
    while (this.#open < MOST_OPEN) {
      const reading = this.#live.shift();
      if (reading === undefined) break;
      this.#send(reading);
    }
    const { chunk } = this.#backlog;
    while (this.#open < MOST_OPEN - KEPT_FOR_LIVE && this.#unconfirmed.length < this.#window) {
      const reading = chunk.pop();
      if (reading === undefined) break;
      this.#unconfirmed.push({ ordinal: this.#backlog.ordinal, seq: reading.seq });
      this.#send(reading);
    }
    if (chunk.length === 0 && !this.#backlog.isDone && !this.#isReading) void this.#refill();
  }

  /** The next part of the backlog, from disk. */
  async #refill(): Promise<void> {
    const round = this.#round;
    const backlog = this.#backlog;
    this.#isReading = true;
    const batch = await this.#options.outbox.read(backlog.cursor);
    this.#isReading = false;
    if (round !== this.#round) return this.#pump();
    const { end } = backlog;
    const readings =
      batch === undefined || batch.boot.ordinal > end.ordinal
        ? []
        : batch.readings.filter(({ seq }) => batch.boot.ordinal < end.ordinal || seq <= end.seq);
    const last = readings.at(-1);
    if (batch === undefined || last === undefined) backlog.isDone = true;
    else {
      backlog.ordinal = batch.boot.ordinal;
      backlog.cursor = { ordinal: batch.boot.ordinal, seq: last.seq };
      backlog.chunk = readings.toReversed();
    }
    this.#pump();
  }

  #send(reading: StoredReading): void {
    this.#open += 1;
    this.#sent += 1;
    const round = this.#round;
    const isLate = between(this.#options.dated(reading), this.#options.clock.now()) > LATE_AFTER;
    this.#options.publish(reading, isLate).then(
      () => {
        this.#open -= 1;
        if (round === this.#round) this.#pump();
        return undefined;
      },
      () => {
        this.#open -= 1;
        if (round === this.#round && this.#isUp) this.#retry();
      },
    );
    this.#watchSilence(false);
  }

  /** A message failed although the link is up: sending begins anew, a moment later. */
  #retry(): void {
    this.#cancelRetry ??= this.#options.clock.after(RETRY, () => {
      this.#cancelRetry = undefined;
      if (this.#isUp) this.#beginAnew();
    });
  }

  #watchSilence(isNews: boolean): void {
    if (isNews) {
      this.#cancelSilence?.();
      this.#cancelSilence = undefined;
    }
    if (!this.#isUp || this.#cancelSilence !== undefined || this.#options.outbox.isEmpty) return;
    this.#cancelSilence = this.#options.clock.after(this.#silence, () => this.#silent());
  }

  #silent(): void {
    this.#cancelSilence = undefined;
    if (!this.#isUp || this.#options.outbox.isEmpty) return;
    if (!this.#isStalled) void this.#tellStall();
    this.#isStalled = true;
    this.#options.onSilence();
    this.#silence = millis(Math.min(SILENCE.longest, this.#silence * 2));
    this.#window = Math.max(WINDOW.least, Math.floor(this.#window / 2));
    this.#beginAnew();
    this.#watchSilence(false);
  }

  /** Names the reading that everything waits for: a broker may acknowledge a topic that it does not let pass. */
  async #tellStall(): Promise<void> {
    const { outbox, log } = this.#options;
    const { waiting, oldest } = outbox.stats();
    const first = (await outbox.read({ ordinal: 0, seq: 0 }))?.readings[0];
    const device = first === undefined ? undefined : `${first.room}/${first.device}`;
    log.warn({ waiting, oldest, device }, "no reading is confirmed; what is unconfirmed is sent again");
  }
}

interface Backlog {
  /** The next readings, last first. */
  chunk: StoredReading[];
  /** The boot that the chunk is of. */
  ordinal: number;
  cursor: Position;
  /** What comes after belongs to the live lane. */
  end: Position;
  isDone: boolean;
}

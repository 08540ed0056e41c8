import type { Cancel, Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";
import { between, type Instant, instant, type Millis, minutes, seconds } from "#contract/units.ts";

export interface AgentTimeOptions {
  /** The machine's clock, which may be wrong, and may be set while the agent runs. */
  clock: Clock;
  /** What passes evenly whatever the clock does; it counts from the machine's start. */
  uptime: () => Millis;
  log: Log;
}

/** Nearer to the server's time than this, the machine's own clock is taken as right. */
const TOLERANCE: Millis = minutes(1);
/** A clock that moves by less from one look to the next is being steered, not set. */
const STEERED: Millis = seconds(2);
const LOOK: Millis = seconds(10);
/** The server's word may come late, never early: of so many of its words the latest time counts. */
const WORDS = 16;

/**
 * The agent's time: the machine's clock while it agrees with the server's, else the server's, carried on by what passes evenly.
 * A reading is dated by when it was taken in uptime, so that its time is put right as long as it has not been sent.
 */
export class AgentTime implements Clock {
  readonly #options: AgentTimeOptions;
  /** What the server's clock shows beyond our uptime, by its last words. */
  #words: number[] = [];
  #reference: number | undefined;
  #local: number;
  #isOff = false;
  readonly #cancelLook: Cancel;

  constructor(options: AgentTimeOptions) {
    this.#options = options;
    this.#local = this.#localOffset();
    this.#cancelLook = options.clock.every(LOOK, () => this.#look());
  }

  now(): Instant {
    this.#look();
    const { clock, uptime } = this.#options;
    return this.#isOff ? instant(Math.round((this.#reference ?? 0) + uptime())) : clock.now();
  }

  after(delay: Millis, task: () => void): Cancel {
    return this.#options.clock.after(delay, task);
  }

  every(period: Millis, task: () => void): Cancel {
    return this.#options.clock.every(period, task);
  }

  get uptime(): Millis {
    return this.#options.uptime();
  }

  /** Whether the server has told its time. */
  get hasHeard(): boolean {
    return this.#reference !== undefined;
  }

  /** The server has just said what time it is. */
  learn(at: Instant): void {
    this.#words = [...this.#words, at - this.#options.uptime()].slice(-WORDS);
    this.#reference = Math.max(...this.#words);
    this.#look();
  }

  /** When that was, as is known now; what was noted then stands as long as nothing but steering lies between. */
  dated({ at, up }: { at: Instant; up?: Millis | undefined }): Instant {
    if (up === undefined) return at;
    this.#look();
    const known = instant(Math.round((this.#isOff ? (this.#reference ?? 0) : this.#local) + up));
    return Math.abs(between(at, known)) > STEERED ? known : at;
  }

  stop(): void {
    this.#cancelLook();
  }

  #localOffset(): number {
    return this.#options.clock.now() - this.#options.uptime();
  }

  #look(): void {
    const { log } = this.#options;
    const local = this.#localOffset();
    const set = local - this.#local;
    this.#local = local;
    if (Math.abs(set) > STEERED) log.info({ by_s: inSeconds(set) }, "this machine's clock was set");
    if (this.#reference === undefined) return;
    const ahead = local - this.#reference;
    const isOff = Math.abs(ahead) > TOLERANCE;
    if (isOff === this.#isOff) return;
    this.#isOff = isOff;
    if (isOff)
      log.warn(
        { ahead_s: inSeconds(ahead) },
        "this machine's clock is wrong by the server's: readings are dated by the server's; set up NTP",
      );
    else log.info({}, "this machine's clock agrees with the server's again");
  }
}

const inSeconds = (span: number): number => Math.round(span / 100) / 10;

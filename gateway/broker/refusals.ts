import { type ErrorCode, messageOf } from "#contract/errors.ts";
import type { Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface Refusal {
  topic: string;
  payload: Uint8Array;
  agent?: string;
  code: ErrorCode;
  why: string;
}

/** Stands for the topic where a sign-in was refused, not a message; nobody can publish on it. */
const SIGN_IN = "$connect";
const NOTHING = new Uint8Array();
/** Refused sign-ins cost their sender nothing, so that only some of a flood are shown one by one; all are counted. */
const SHOWN_AT_ONCE = 50;
const SHOWN_PER_SECOND = 1;

/** Counts what the broker refuses, and hands it on so that people see it. */
export class Refusals {
  readonly #report: (refusal: Refusal) => void;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #shown: TokenBucket;
  #hidden = 0;
  readonly counts = new Map<ErrorCode, number>();

  constructor(report: (refusal: Refusal) => void, clock: Clock, log: Log) {
    this.#report = report;
    this.#clock = clock;
    this.#log = log;
    this.#shown = new TokenBucket(SHOWN_PER_SECOND, SHOWN_AT_ONCE, clock.now());
  }

  add(refusal: Refusal): void {
    this.count(refusal.code);
    this.#tell(refusal);
  }

  signIn(agent: string | undefined, code: ErrorCode, why: string): void {
    this.count(code);
    const now = this.#clock.now();
    if (this.#shown.take(0, now) > 0) {
      this.#hidden += 1;
      return;
    }
    this.#shown.take(1, now);
    const more = this.#hidden === 0 ? "" : `; ${this.#hidden} more refused since the last that was shown`;
    this.#hidden = 0;
    this.#tell({
      topic: SIGN_IN,
      payload: NOTHING,
      ...(agent === undefined ? {} : { agent }),
      code,
      why: `${why}${more}`,
    });
  }

  /** For what is refused without being kept aside: there is no room, and it comes again. */
  count(code: ErrorCode): void {
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
  }

  #tell(refusal: Refusal): void {
    try {
      this.#report(refusal);
    } catch (error) {
      this.#log.error({ code: refusal.code, why: messageOf(error) }, "a refused message could not be kept aside");
    }
  }
}

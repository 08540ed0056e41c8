import { type ErrorCode, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";

export interface Refusal {
  topic: string;
  payload: Uint8Array;
  agent?: string;
  code: ErrorCode;
  why: string;
}

/** Stands for the topic where a sign-in was refused, not a message; nobody can publish on it. */
export const SIGN_IN = "$connect";
const NOTHING = new Uint8Array();

/** Counts what the broker refuses, and hands it on so that people see it. */
export class Refusals {
  readonly #report: (refusal: Refusal) => void;
  readonly #log: Log;
  readonly counts = new Map<ErrorCode, number>();

  constructor(report: (refusal: Refusal) => void, log: Log) {
    this.#report = report;
    this.#log = log;
  }

  add(refusal: Refusal): void {
    this.counts.set(refusal.code, (this.counts.get(refusal.code) ?? 0) + 1);
    try {
      this.#report(refusal);
    } catch (error) {
      this.#log.error({ code: refusal.code, why: messageOf(error) }, "a refused message could not be kept aside");
    }
  }

  signIn(agent: string | undefined, code: ErrorCode, why: string): void {
    this.add({ topic: SIGN_IN, payload: NOTHING, ...(agent === undefined ? {} : { agent }), code, why });
  }
}

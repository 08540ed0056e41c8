import type { Cancel, Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Alert } from "#contract/messages/alert.ts";
import { millis, seconds } from "#contract/units.ts";
import type { Store } from "../store/open-store.ts";

const TOGETHER = millis(200);
const AGAIN_AFTER = seconds(5);

interface Waiting {
  key: string;
  id: string;
  alert: Alert | undefined;
}

/**
 * Writes every alert's newest state into the store, many in one commit. What is still on the wire when the process dies
 * comes again with the retained messages, so nothing is lost.
 */
export class AlertLedger {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  #waiting = new Map<string, Waiting>();
  #writing: Promise<void> = Promise.resolve();
  #timer: Cancel | undefined;

  constructor(store: Store, clock: Clock, log: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /** An alert's newest state; `undefined` once it is closed. */
  take(key: string, id: string, alert: Alert | undefined): void {
    const waiting = `${key}/${id}`;
    const before = this.#waiting.get(waiting);
    // What closes an alert must not swallow its last state, which is still waiting.
    if (alert === undefined && before?.alert !== undefined) void this.flush();
    this.#waiting.set(waiting, { key, id, alert });
    this.#timer ??= this.#clock.after(TOGETHER, () => void this.flush());
  }

  /** Closes what the store holds open but the wire no longer has: it was closed while nobody was writing. */
  async reconcile(open: ReadonlyMap<string, { key: string }>): Promise<void> {
    await this.flush();
    for (const { key, alert } of await this.#store.alerts.open()) {
      if (open.get(alert.id)?.key !== key) await this.#store.alerts.close(key, alert.id, this.#clock.now());
    }
  }

  /** Resolves once everything taken so far is stored. */
  flush(): Promise<void> {
    this.#timer?.();
    this.#timer = undefined;
    const batch = this.#waiting;
    this.#waiting = new Map();
    if (batch.size > 0) this.#writing = this.#writing.then(() => this.#write(batch));
    return this.#writing;
  }

  async #write(batch: ReadonlyMap<string, Waiting>): Promise<void> {
    try {
      await this.#store.transaction(async (tx) => {
        for (const { key, id, alert } of batch.values()) {
          if (alert === undefined) await tx.alerts.close(key, id, this.#clock.now());
          else await tx.alerts.put(key, alert);
        }
      });
    } catch (error) {
      this.#log.error({ why: messageOf(error), alerts: batch.size }, "alerts cannot be stored; it is tried again");
      for (const [name, one] of batch) if (!this.#waiting.has(name)) this.#waiting.set(name, one);
      this.#timer ??= this.#clock.after(AGAIN_AFTER, () => void this.flush());
    }
  }
}

import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Alert } from "#contract/messages/alert.ts";
import { type Millis, seconds } from "#contract/units.ts";

export interface AlertWriterOptions {
  clock: Clock;
  log: Log;
  publish(roomKey: string, alert: Alert): Promise<void>;
  remove(roomKey: string, id: string): Promise<void>;
}

interface Slot {
  roomKey: string;
  id: string;
  /** `undefined`: to be taken off the wire. */
  wanted: Alert | undefined;
  version: number;
  failures: number;
  isBusy: boolean;
  waiting: { version: number; resolve: () => void; reject: (error: Error) => void }[];
}

const FIRST_WAIT = seconds(1);
const LONGEST_WAIT = seconds(60);

/** Puts alerts on the wire: one publication at a time per alert, the newest state wins, tried again until it is durable. */
export class AlertWriter {
  readonly #options: AlertWriterOptions;
  readonly #slots = new Map<string, Slot>();
  #stopped = false;
  readonly #atRest: (() => void)[] = [];

  constructor(options: AlertWriterOptions) {
    this.#options = options;
  }

  /** How many alerts are not yet as durable as wanted. */
  get waiting(): number {
    return this.#slots.size;
  }

  put(roomKey: string, alert: Alert): void {
    this.#want(roomKey, alert.id, alert);
  }

  remove(roomKey: string, id: string): void {
    this.#want(roomKey, id, undefined);
  }

  /** Resolves once the state that was last put is durable on the wire; rejects when the writer stops before. */
  durable(id: string): Promise<void> {
    const slot = this.#slots.get(id);
    if (slot === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => slot.waiting.push({ version: slot.version, resolve, reject }));
  }

  /** Tries what is waiting once more, then gives up. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const slot of this.#slots.values()) this.#pump(slot);
    if (this.#slots.size > 0) await new Promise<void>((resolve) => this.#atRest.push(resolve));
  }

  #want(roomKey: string, id: string, wanted: Alert | undefined): void {
    let slot = this.#slots.get(id);
    if (slot === undefined) {
      slot = { roomKey, id, wanted, version: 0, failures: 0, isBusy: false, waiting: [] };
      this.#slots.set(id, slot);
    }
    slot.wanted = wanted;
    slot.version += 1;
    // While the wire is away the timer of the last failure comes back for the newest state.
    if (slot.failures === 0 || this.#stopped) this.#pump(slot);
  }

  #pump(slot: Slot): void {
    if (slot.isBusy || this.#slots.get(slot.id) !== slot) return;
    slot.isBusy = true;
    const version = slot.version;
    this.#write(slot).then(
      () => this.#wrote(slot, version),
      (error: unknown) => this.#failed(slot, error),
    );
  }

  async #write({ roomKey, id, wanted }: Slot): Promise<void> {
    if (wanted === undefined) await this.#options.remove(roomKey, id);
    else await this.#options.publish(roomKey, wanted);
  }

  #wrote(slot: Slot, version: number): void {
    const { log } = this.#options;
    if (slot.failures > 0) log.info({ alert: slot.id }, "alert is on the wire again");
    slot.isBusy = false;
    slot.failures = 0;
    const done = slot.waiting.filter((each) => each.version <= version);
    slot.waiting = slot.waiting.filter((each) => each.version > version);
    if (slot.version > version) this.#pump(slot);
    else this.#forget(slot);
    for (const each of done) each.resolve();
  }

  #failed(slot: Slot, error: unknown): void {
    const { clock, log } = this.#options;
    slot.isBusy = false;
    slot.failures += 1;
    if (slot.failures === 1) log.warn({ alert: slot.id, error: messageOf(error) }, "alert cannot be put on the wire");
    if (this.#stopped) {
      const waiting = slot.waiting;
      this.#forget(slot);
      for (const each of waiting) each.reject(new Error("stopped before it was durable"));
      return;
    }
    const wait = Math.min(FIRST_WAIT * 2 ** (slot.failures - 1), LONGEST_WAIT) as Millis;
    clock.after(wait, () => this.#pump(slot));
  }

  #forget(slot: Slot): void {
    this.#slots.delete(slot.id);
    if (this.#slots.size === 0) for (const resolve of this.#atRest.splice(0)) resolve();
  }
}

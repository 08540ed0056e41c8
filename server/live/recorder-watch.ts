import type { SystemView } from "#contract/api/views.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { earlier, hours, seconds } from "#contract/units.ts";
import type { RejectedLedger } from "../recorder/rejected-ledger.ts";

const LOOK_EVERY = seconds(10);

export interface WatchedRecorder {
  rejected: Pick<RejectedLedger, "countSince">;
  stats(): Readonly<Record<string, number>>;
}

/** How the recorder is doing, as the status line of every page tells it. */
export class RecorderWatch {
  readonly #recorder: WatchedRecorder;
  readonly #clock: Clock;
  #rejected = 0;
  #cancel: Cancel | undefined;

  constructor(recorder: WatchedRecorder, clock: Clock) {
    this.#recorder = recorder;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    this.#cancel ??= this.#clock.every(LOOK_EVERY, () => void this.#look());
    await this.#look();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  facts(): Pick<SystemView, "history" | "spooled" | "rejected_last_hour"> {
    const { full = 0, history_away = 0, spooled = 0 } = this.#recorder.stats();
    return {
      history: full > 0 ? "full" : history_away > 0 ? "spooling" : "ok",
      // In a healthy second some readings are always on their way to the engine: no news.
      spooled: history_away > 0 || full > 0 ? spooled : 0,
      rejected_last_hour: this.#rejected,
    };
  }

  async #look(): Promise<void> {
    // A count that cannot be had now is had ten seconds later.
    this.#rejected = await this.#recorder.rejected
      .countSince(earlier(this.#clock.now(), hours(1)))
      .catch(() => this.#rejected);
  }
}

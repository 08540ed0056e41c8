import type { Cancel, Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { type Instant, millis, minutes } from "#contract/units.ts";
import type { Planner } from "../planning/planner.ts";
import type { DemoRecord } from "../store/demos.ts";
import type { Store } from "../store/open-store.ts";
import type { LiveView } from "./live-view.ts";

/** A verdict that is older than this at arrival is no evidence of what the client found. */
const FRESH_WITHIN = minutes(15);
/** A server that was away for a moment may still write the receipt of a visit that has just begun. */
const LATE_WITHIN = minutes(5);

/** Freezes what is known of a room at the moment a client walks in: the evidence, and the room's track record. */
export class ReceiptsClerk {
  readonly #store: Store;
  readonly #planner: Planner;
  readonly #view: LiveView;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #written = new Set<string>();
  #timer: Cancel = () => {};
  #due: Instant | undefined;
  #unlisten: () => void = () => {};

  constructor(parts: { store: Store; planner: Planner; view: LiveView; clock: Clock; log: Log }) {
    this.#store = parts.store;
    this.#planner = parts.planner;
    this.#view = parts.view;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  start(): void {
    this.#unlisten = this.#planner.onPlan(() => this.#arm());
    this.#look();
  }

  stop(): void {
    this.#unlisten();
    this.#timer();
  }

  #demos(): DemoRecord[] {
    return [...this.#planner.plans.values()].flatMap((plan) => plan.demos);
  }

  #arm(): void {
    const now = this.#clock.now();
    const coming = this.#demos()
      .map((demo) => demo.arrival_ms)
      .filter((at) => at > now);
    const next = coming.length === 0 ? undefined : (Math.min(...coming) as Instant);
    if (next === this.#due) return;
    this.#timer();
    this.#due = next;
    if (next !== undefined) this.#timer = this.#clock.after(millis(next - now), () => this.#look());
  }

  #look(): void {
    this.#due = undefined;
    const now = this.#clock.now();
    for (const demo of this.#demos()) {
      if (demo.arrival_ms > now || demo.arrival_ms < now - LATE_WITHIN || this.#written.has(demo.id)) continue;
      this.#written.add(demo.id);
      void this.#write(demo, now);
    }
    this.#arm();
  }

  async #write(demo: DemoRecord, now: Instant): Promise<void> {
    const readiness = this.#view.readinessOf(demo);
    const saidAt = this.#view.saidAt(demo.key);
    if (readiness === undefined || saidAt === undefined || now - saidAt > FRESH_WITHIN) return;
    try {
      await this.#store.receipts.add({ ...demo, readiness, judgedAt: saidAt, frozenAt: now });
    } catch (error) {
      this.#log.error({ demo: demo.id, why: messageOf(error) }, "a receipt cannot be stored");
    }
  }
}

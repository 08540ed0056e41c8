import type { Cancel, Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { parseRoomKey } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import { between, later, millis, seconds } from "#contract/units.ts";
import type { Store } from "../store/open-store.ts";
import { demosOnWire, maintenanceOnWire, readRoomPlan, type RoomPlan } from "./room-plan.ts";
import type { WirePublisher } from "./wire-publisher.ts";

/** A plan that is new; `undefined` for a room that is no more. */
export type PlanListener = (key: string, plan: RoomPlan | undefined) => void;

const AGAIN_AFTER = seconds(10);

/**
 * Knows what is planned in every room around now, and keeps the wire saying so: when somebody changes a plan and as the
 * 48 hours move on. The store is the truth; this is what of it concerns the present.
 */
export class Planner {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #publisher: WirePublisher;
  readonly #plans = new Map<string, RoomPlan>();
  readonly #listeners = new Set<PlanListener>();
  #timer: Cancel = () => {};
  #reading: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(parts: { store: Store; publisher: WirePublisher; clock: Clock; log: Log }) {
    this.#store = parts.store;
    this.#publisher = parts.publisher;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  /** What is planned, by room key. */
  get plans(): ReadonlyMap<string, RoomPlan> {
    return this.#plans;
  }

  async start(): Promise<void> {
    for (const { site, room } of await this.#store.rooms.removed()) this.#takeBack(site, room);
    await this.changed();
  }

  onPlan(listener: PlanListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads rooms again after their plan was changed in the store; all of them unless named. */
  changed(keys?: Iterable<string>): Promise<void> {
    const wanted = keys === undefined ? undefined : new Set(keys);
    const next = this.#reading.then(() => this.#read(wanted));
    this.#reading = next.catch(() => {});
    return next;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer();
    await this.#reading;
  }

  async #read(keys: ReadonlySet<string> | undefined): Promise<void> {
    const now = this.#clock.now();
    const records =
      keys === undefined
        ? await this.#store.rooms.all()
        : (await Promise.all([...keys].map((key) => this.#find(key)))).filter((record) => record !== undefined);
    for (const record of records) this.#take(await readRoomPlan(this.#store, record, now));
    const alive = new Set(records.map((record) => record.key));
    for (const key of keys ?? [...this.#plans.keys()]) {
      if (!alive.has(key)) this.#lose(key);
    }
    this.#arm();
  }

  #find(key: string): ReturnType<Store["rooms"]["get"]> {
    const { site, room } = parseRoomKey(key);
    return this.#store.rooms.get(site, room);
  }

  #take(plan: RoomPlan): void {
    if (this.#isStopped) return;
    this.#plans.set(plan.key, plan);
    const { site, room } = plan;
    const now = this.#clock.now();
    this.#publisher.want("card", { site, room }, plan.card);
    this.#publisher.want("demos", { site, room }, demosOnWire(plan, now));
    this.#publisher.want("maintenance", { site, room }, maintenanceOnWire(plan, now));
    for (const listener of this.#listeners) listener(plan.key, plan);
  }

  #lose(key: string): void {
    if (!this.#plans.delete(key)) return;
    const { site, room } = parseRoomKey(key);
    this.#takeBack(site, room);
    for (const listener of this.#listeners) listener(key, undefined);
  }

  #takeBack(site: string, room: string): void {
    for (const kind of ["card", "demos", "maintenance"] as const) this.#publisher.unwant(kind, { site, room });
  }

  /** Wakes when the next plan changes by itself. */
  #arm(): void {
    this.#timer();
    if (this.#isStopped || this.#plans.size === 0) return;
    let next = Number.POSITIVE_INFINITY;
    for (const plan of this.#plans.values()) next = Math.min(next, plan.until);
    const now = this.#clock.now();
    this.#timer = this.#clock.after(millis(Math.max(1, next - now)), () => this.#wake());
  }

  #wake(): void {
    const now = this.#clock.now();
    const due = [...this.#plans.values()].filter((plan) => between(now, plan.until) <= 0).map((plan) => plan.key);
    this.changed(due).catch((error: unknown) => {
      this.#log.error({ why: messageOf(error) }, "the plan cannot be read; it is tried again");
      const again = later(this.#clock.now(), AGAIN_AFTER);
      this.#timer = this.#clock.after(between(this.#clock.now(), again), () => this.#wake());
    });
  }
}

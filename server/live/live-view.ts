import type { AlertView, Currency, RoomView, SystemView } from "#contract/api/views.ts";
import type { Clock } from "#contract/clock.ts";
import type { DemoReadiness } from "#contract/messages/readiness.ts";
import { type Instant, parseInstant, rfc3339 } from "#contract/units.ts";
import type { Planner } from "../planning/planner.ts";
import { BEHIND, AHEAD, type RoomPlan } from "../planning/room-plan.ts";
import type { DemoRecord } from "../store/demos.ts";
import type { RoomRecord } from "../store/rooms.ts";
import { decideGatewayCurrency, decideRoomCurrency, PULSE_AGENT } from "./currency.ts";
import { alertView, type LiveDemo, liveDemo } from "./demo-view.ts";
import { nudgeNow, roomView } from "./room-view.ts";
import { Told } from "./told.ts";
import type { WireState } from "./wire-state.ts";

/** What has changed since the last look: new and changed things whole, gone things by id. */
export interface LiveChange {
  rooms: RoomView[];
  demos: LiveDemo[];
  alerts: AlertView[];
  gone: { rooms: string[]; demos: string[]; alerts: string[] };
  system?: SystemView;
}

export type SystemFacts = Omit<SystemView, "at" | "gateway">;

/**
 * Rooms, demos and alerts as screens see them: what the wire says, joined with what is planned. Parts are joined anew only
 * when something about their room has changed; `changes` tells what became different.
 */
export class LiveView {
  readonly #clock: Clock;
  readonly #wire: WireState;
  readonly #planner: Planner;
  readonly #systemFacts: () => SystemFacts;
  readonly #rooms = new Told<RoomView>((room) => room.key);
  readonly #demos = new Told<LiveDemo>((demo) => demo.view.id);
  readonly #alerts = new Told<AlertView>((alert) => alert.id);
  readonly #dirty = new Set<string>();
  readonly #gateways = new Map<string, Currency>();
  #system: SystemView | undefined;

  constructor(parts: { clock: Clock; wire: WireState; planner: Planner; system: () => SystemFacts }) {
    this.#clock = parts.clock;
    this.#wire = parts.wire;
    this.#planner = parts.planner;
    this.#systemFacts = parts.system;
  }

  /** Something about a room may have changed. */
  touch(key: string): void {
    this.#dirty.add(key);
  }

  /** Looks for what changes by the mere passing of time: a gateway or a room that has gone quiet, a nudge that is over. */
  touchQuiet(): void {
    this.#gateways.clear();
    for (const [key, plan] of this.#planner.plans) {
      const told = this.#rooms.get(key);
      if (told === undefined) continue;
      const isOver = told.nudge !== undefined && nudgeNow(told.nudge, this.#clock.now()) === undefined;
      if (isOver || told.currency !== this.#currency(plan)) this.touch(key);
    }
  }

  rooms(): RoomView[] {
    return this.#rooms.values();
  }

  demos(): LiveDemo[] {
    return this.#demos.values();
  }

  alerts(): AlertView[] {
    return this.#alerts.values();
  }

  room(key: string): RoomView | undefined {
    return this.#rooms.get(key);
  }

  system(): SystemView {
    return { at: rfc3339(this.#clock.now()), gateway: this.gateway(), ...this.#systemFacts() };
  }

  /** The gateway's currency over all sites: the worst, because that is what somebody has to mend. */
  gateway(): Currency {
    const sites = new Set([...this.#planner.plans.values()].map((plan) => plan.site));
    const all = [...sites].map((site) => this.#gatewayOf(site));
    return all.includes("stale") ? "stale" : all.includes("waiting") || all.length === 0 ? "waiting" : "live";
  }

  currencyOf(plan: RoomPlan): Currency {
    return this.#currency(plan);
  }

  /** A demo with what is known of it, also one far ahead or long ago. */
  demo(record: DemoRecord, room: RoomRecord): LiveDemo {
    return this.#joinDemo(record, room, this.#clock.now());
  }

  /** What has changed since it was last asked; `undefined` when nothing has. */
  changes(): LiveChange | undefined {
    const change: LiveChange = { rooms: [], demos: [], alerts: [], gone: { rooms: [], demos: [], alerts: [] } };
    const now = this.#clock.now();
    this.#gateways.clear();
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const key of dirty) this.#join(key, now, change);
    const system = this.system();
    const { at: _, ...facts } = system;
    const { at: __, ...before } = this.#system ?? system;
    if (this.#system === undefined || JSON.stringify(facts) !== JSON.stringify(before)) {
      this.#system = system;
      change.system = system;
    }
    const { rooms, demos, alerts, gone } = change;
    const size = [rooms, demos, alerts, gone.rooms, gone.demos, gone.alerts].reduce(
      (sum, list) => sum + list.length,
      0,
    );
    return size > 0 || change.system !== undefined ? change : undefined;
  }

  /** When the gateway last judged a room. */
  saidAt(key: string): Instant | undefined {
    return parseInstant(this.#wire.readiness(key)?.at ?? "");
  }

  #currency(plan: RoomPlan): Currency {
    const room = { at: this.saidAt(plan.key), claimsEnd: this.#wire.claimsEnd(plan.key) };
    return decideRoomCurrency(room, this.#gatewayOf(plan.site), this.#clock.now());
  }

  /** Decided once per look over all rooms of a site. */
  #gatewayOf(site: string): Currency {
    const known = this.#gateways.get(site);
    if (known !== undefined) return known;
    const pulse = this.#wire.agent(site, PULSE_AGENT);
    const claimsEnd = pulse === undefined ? this.#firstClaimsEnd(site) : undefined;
    const facts = { heard: this.#wire.gatewayHeard(site), pulse, claimsEnd };
    const currency = decideGatewayCurrency(facts, this.#clock.now());
    this.#gateways.set(site, currency);
    return currency;
  }

  #firstClaimsEnd(site: string): Instant | undefined {
    let end: Instant | undefined;
    for (const plan of this.#planner.plans.values()) {
      const one = plan.site === site ? this.#wire.claimsEnd(plan.key) : undefined;
      if (one !== undefined && (end === undefined || one < end)) end = one;
    }
    return end;
  }

  #join(key: string, now: Instant, { rooms, demos, alerts, gone }: LiveChange): void {
    const plan = this.#planner.plans.get(key);
    const shown = (plan?.demos ?? []).filter((demo) => isShown(demo, now));
    this.#rooms.take(key, plan === undefined ? [] : [this.#joinRoom(plan, now)], rooms, gone.rooms);
    this.#demos.take(
      key,
      plan === undefined ? [] : shown.map((demo) => this.#joinDemo(demo, plan, now)),
      demos,
      gone.demos,
    );
    const open = plan === undefined ? [] : this.#wire.alertsIn(key).map((alert) => alertView(alert, plan));
    this.#alerts.take(key, open, alerts, gone.alerts);
  }

  #joinRoom(plan: RoomPlan, now: Instant): RoomView {
    const readiness = this.#wire.readiness(plan.key);
    const nudge = this.#wire.nudge(plan.key);
    return roomView({ plan, readiness, currency: this.#currency(plan), nudge, now });
  }

  #joinDemo(record: DemoRecord, room: RoomRecord, now: Instant): LiveDemo {
    const plan = this.#planner.plans.get(record.key);
    const currency = plan === undefined ? "waiting" : this.#currency(plan);
    const alerts = this.#wire.alertsAbout(record.id);
    return liveDemo({ record, room, readiness: this.readinessOf(record), currency, alerts, now });
  }

  /** What the gateway says of a demo. */
  readinessOf(record: { key: string; id: string }): DemoReadiness | undefined {
    return this.#wire.readiness(record.key)?.demos.find((demo) => demo.demo === record.id);
  }
}

const isShown = (demo: DemoRecord, now: Instant): boolean => demo.end_ms > now - BEHIND && demo.start_ms <= now + AHEAD;

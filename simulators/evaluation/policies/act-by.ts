import type { Log } from "#contract/log.ts";
import { silentLog } from "#contract/log.ts";
import type { Cause, DemoReadiness, RoomReadiness } from "#contract/messages/readiness.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import type { Address, Kind, Payload } from "#contract/wire.ts";
import { Brain } from "#gateway/brain.ts";
import type { AlertPolicy } from "#gateway/alerts/policy.ts";
import { restsOnStale } from "#gateway/readiness/rests-on-stale.ts";
import { instantOf } from "../telemetry/site-calendar.ts";
import { roomIndex, SiteWire } from "../telemetry/site-wire.ts";
import { type DeviceName, gearOf, isBlinding, type Metrics } from "../telemetry/telemetry.ts";
import type { Visit } from "../world/calendar.ts";
import { DeskStaff, type Told } from "./desk-staff.ts";
import type { Policy, Setting } from "./policy.ts";
import { Seen } from "./seen.ts";

/** How many READY verdicts of one word on a room rest on stale or unknown data. */
export function countOnStale(told: RoomReadiness): number {
  const verdicts = [told.now, ...told.demos.map(({ verdict }) => verdict)];
  return verdicts.filter((verdict) => restsOnStale(verdict, told)).length;
}

/** Minutes before arrival at which forecasts are kept and scored. */
export const LEADS = [240, 120, 60, 30, 15, 5] as const;

/** As much of a word on a visit as is scored. */
export interface ToldForecast extends Pick<DemoReadiness, "p_ready" | "forecasts"> {
  causes: readonly Pick<Cause, "cause" | "checks" | "p_ready">[];
}

/** What the gateway said of a visit at a lead, and what "as it is now" would have said. */
export interface ForecastRecord {
  visit: string;
  lead: number;
  told: ToldForecast;
  persistence: 0 | 1;
}

export interface ActByOptions {
  /** Whether anybody hears the gateway; the twin without action has nobody. */
  acts: boolean;
  alertPolicy?: Partial<AlertPolicy>;
}

/** The real gateway: judges, forecasts and tells people, who act and reply. */
export class ActBy implements Policy {
  readonly forecasts: ForecastRecord[] = [];
  /** READY verdicts that rested on stale or unknown data. */
  readyOnStale = 0;
  published = 0;
  readonly errors: string[] = [];
  readonly #setting: Setting;
  readonly #clock: VirtualClock;
  readonly #brain: Brain;
  readonly #wire: SiteWire;
  readonly #staff: DeskStaff;
  readonly #seen: Seen;
  readonly #readiness: (RoomReadiness | undefined)[];
  readonly #visits: ReadonlyMap<string, Visit>;
  readonly #places = new Map<string, number>();
  #results: (() => void)[] = [];
  #isBusy = false;
  #hasBegun = false;

  constructor(setting: Setting, { acts, alertPolicy }: ActByOptions) {
    this.#setting = setting;
    const { world } = setting.building;
    const start = instantOf(world.scenario, 0, world.scenario.days.from_min);
    this.#clock = new VirtualClock(start);
    this.#visits = new Map(world.days.flatMap(({ visits }) => visits.map((visit) => [visit.id, visit])));
    this.#readiness = world.rooms.map(() => undefined);
    this.#staff = new DeskStaff({
      setting: acts ? setting : { ...setting, isScored: () => false },
      wire: () => this.#wire,
      visit: (id) => this.#visits.get(id),
      move: (visit, room) => this.#move(visit, room),
    });
    this.#brain = new Brain({
      clock: this.#clock,
      log: this.#log(),
      notifier: this.#staff,
      say: (kind, address, payload) => this.#said(kind, address, payload),
      unsay: (kind, address) => {
        if (kind === "alert") this.#staff.removed(address.id ?? "");
        return Promise.resolve();
      },
      failed: (error) => this.errors.push(String(error)),
      zone: "UTC",
      isForOnce: true,
      ...(alertPolicy !== undefined && { policy: alertPolicy }),
    });
    this.#wire = new SiteWire(world, this.#brain, start);
    this.#seen = new Seen(setting.building);
  }

  get offersRooms(): boolean {
    return this.#staff.offersRooms;
  }
  get kept(): number {
    return this.#staff.kept;
  }
  get told(): readonly Told[] {
    return this.#staff.told;
  }
  stats(): Record<string, number> {
    return this.#brain.stats();
  }

  reading(room: number, device: DeviceName, metrics: Metrics): void {
    this.#wire.reading(room, device, metrics);
    this.#seen.reading(room, device, metrics);
  }
  sleeps(room: number, isAsleep: boolean): void {
    this.#wire.sleeps(room, isAsleep);
  }
  agent(floor: number, isOnline: boolean): void {
    this.#wire.agent(floor, isOnline);
    this.#seen.agent(floor, isOnline);
  }

  passes(): void {
    const { building } = this.#setting;
    const now = instantOf(building.world.scenario, building.day, building.minute);
    this.#clock.advanceTo(now);
    this.#wire.setTime(now);
  }

  nightPasses(minutes: number): void {
    const { building } = this.#setting;
    const { scenario } = building.world;
    const now = instantOf(scenario, building.day, scenario.days.to_min + minutes);
    this.#clock.advanceTo(now);
    this.#wire.setTime(now);
    const isNewDay = minutes % 1_440 === 0;
    if (isNewDay) this.#tellVisits();
  }

  async startDay(): Promise<void> {
    const { building } = this.#setting;
    const { rooms, floors } = building.world;
    if (building.day === 0 || this.#isOtherSeason())
      for (const { index } of rooms) this.#wire.card(index, building.day);
    if (!this.#hasBegun) {
      for (let floor = 0; floor < floors; floor++) this.#wire.agent(floor, true);
      this.#tellVisits();
      this.#brain.begin();
      this.#hasBegun = true;
    }
    this.#staff.startDay();
    await this.#settle();
  }

  async minute(): Promise<void> {
    const { building } = this.#setting;
    const now = instantOf(building.world.scenario, building.day, building.minute);
    // Judgements of this minute's reports come within its first seconds.
    this.#clock.advanceTo((now + 2_000) as typeof now);
    if (this.#isBusy) await this.#settle();
    const isScored = building.day >= building.world.scenario.days.warm_up;
    if (isScored) for (const visit of building.plan.visits) this.#keep(visit, visit.arrival - building.minute);
  }

  async endDay(): Promise<void> {
    this.#tellVisits();
    await this.#settle();
  }

  async night(tell: () => void): Promise<void> {
    tell();
    await this.#settle();
  }

  roomOf = (visit: Visit): number => this.#places.get(visit.id) ?? visit.room;
  keptFor = (visit: Visit): number | undefined => this.#staff.keptFor(visit);

  arrived(visit: Visit): void {
    const told = this.#told(visit);
    if (told?.verdict.outcome !== "ready" || this.roomOf(visit) !== visit.room) return;
    const { building } = this.#setting;
    // What was said must hold for as long as it stands, also while nothing more is heard.
    if (this.#seen.silentMin(visit.room) * 60 > 5 * building.world.scenario.sensors.climate_every_s + 60)
      this.readyOnStale += 1;
  }

  async stop(): Promise<void> {
    const stopped = this.#brain.stop();
    this.#clock.advance(10_000 as never);
    await stopped;
  }

  #isOtherSeason(): boolean {
    const { building } = this.#setting;
    const before = building.world.weather[building.day - 1];
    return before?.isSummer !== building.weather.isSummer;
  }

  #tellVisits(): void {
    for (const { index } of this.#setting.building.world.rooms) this.#wire.demos(index, this.roomOf);
  }

  #move(visit: Visit, room: number): void {
    if (this.#places.has(visit.id)) return;
    this.#places.set(visit.id, room);
    this.#setting.building.giveWay(room, visit);
    this.#results.push(() => {
      for (const each of [visit.room, room]) this.#wire.demos(each, this.roomOf);
    });
  }

  #keep(visit: Visit, lead: number): void {
    if (!(LEADS as readonly number[]).includes(lead)) return;
    const told = this.#told(visit);
    if (told === undefined) return;
    const stands = this.#seen.badFor(visit).filter((kind) => kind !== "sensor" && kind !== "clean" && kind !== "net");
    const { p_ready, forecasts = [] } = told;
    const causes = told.causes.map(({ cause, checks, p_ready: p }) => ({ cause, checks, p_ready: p }));
    this.forecasts.push({
      visit: visit.id,
      lead,
      told: { p_ready, causes, forecasts },
      persistence: stands.length === 0 ? 1 : 0,
    });
  }

  #told = (visit: Visit): DemoReadiness | undefined =>
    this.#readiness[visit.room]?.demos.find(({ demo }) => demo === visit.id);

  /** Lets what was promised happen; replies and results of this minute reach the gateway. */
  async #settle(): Promise<void> {
    do {
      this.#isBusy = false;
      await new Promise((resolve) => setImmediate(resolve));
      const results = this.#results;
      this.#results = [];
      for (const result of results) result();
    } while (this.#isBusy || this.#results.length > 0);
  }

  #said<K extends Kind>(kind: K, address: Address, payload: Payload<K>): Promise<void> {
    if (kind === "readiness") this.#hearReadiness(address, payload as RoomReadiness);
    else {
      this.#isBusy = true;
      this.#hear(kind, address, payload);
    }
    return Promise.resolve();
  }

  #hearReadiness({ room = "" }: Address, readiness: RoomReadiness): void {
    this.#readiness[roomIndex(room)] = readiness;
    this.published += 1;
    this.readyOnStale += countOnStale(readiness);
  }

  #hear(kind: Kind, { room = "", device = "" }: Address, payload: unknown): void {
    if (kind === "alert") this.#staff.published(room, payload as Payload<"alert">);
    else if (kind === "nudge") {
      const { nudge, demo } = payload as Payload<"nudge">;
      this.#staff.nudged(room, nudge, demo);
    } else if (kind === "command") this.#exercise(room, device, payload as Payload<"command">);
  }

  /** A device is asked to show that it works. Behind a dead link nobody hears the question. */
  #exercise(room: string, device: string, { id }: Payload<"command">): void {
    const { own, floor } = this.#setting.building.active(roomIndex(room));
    if (floor.some(isBlinding)) return;
    const isBad = own.some((fault) => gearOf(fault) === device);
    this.#results.push(() =>
      this.#wire.result(
        room,
        device,
        isBad ? { id, ok: false, code: "NO_ANSWER", text: "does not answer" } : { id, ok: true },
      ),
    );
  }

  #log(): Log {
    return { ...silentLog, error: (fields, text) => this.errors.push(`${text} ${JSON.stringify(fields)}`) };
  }
}

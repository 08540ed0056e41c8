import type { Clock } from "#contract/clock.ts";
import { isId, parseRoomKey, roomKey } from "#contract/ids.ts";
import type { AgentState } from "#contract/messages/edge.ts";
import type { Alert, AlertReply, RoomMemory, SiteMemory } from "#contract/messages/alert.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import type { Reading } from "#contract/messages/reading.ts";
import type { Demo } from "#contract/messages/room.ts";
import { type Instant, instant } from "#contract/units.ts";
import type { Kind, Payload, Topic } from "#contract/wire.ts";
import type { Check } from "../readiness/check.ts";
import { isZone } from "../readiness/words.ts";
import { checksWith } from "../readiness/checks.ts";
import { Agents } from "../rooms/agents.ts";
import { RoomState } from "../rooms/room-state.ts";
import { OutageWatch } from "../sensor-health/outage-watch.ts";
import { SensorHealth } from "../sensor-health/sensor-health.ts";
import type { JudgedVisit } from "./judge-visit.ts";
import { JudgingLoad } from "./judging-load.ts";
import { recall, toMemory } from "./memory.ts";
import { RoomKeeper, type RoomOutlets } from "./room-keeper.ts";
import { Sites } from "./sites.ts";

/** A flood of invented rooms must not fill the memory. */
const MOST_ROOMS = 20_000;

/** A reading with its own time as an instant. */
export interface HeardReading {
  value: Reading;
  at: Instant;
}

export interface HouseOutlets {
  clock: Clock;
  publish(room: RoomState, readiness: RoomReadiness): void;
  /** What a room must not forget over a restart. Without anybody who keeps it, it is not put together. */
  remember?(room: RoomState, memory: RoomMemory): void;
  /** What all rooms of a site have taught, likewise. */
  rememberSite?: (site: string, memory: SiteMemory) => void;
  /** A room's card was taken away: what is retained of it goes too. */
  forget(room: RoomState): void;
  /** A verdict is on the wire whose room has no card. */
  orphaned(site: string, room: string): void;
  judged(room: RoomState, readiness: RoomReadiness): void;
  /** Judging a room failed: a defect, told once per room and kind. */
  failed(room: RoomState, error: unknown): void;
  /** For cards whose zone nobody knows. */
  zone?: string;
  /** See `RoomJudgeOptions`. */
  isForgetful?: boolean;
}

/** Every room that the wire names, each with its keeper. Routes what arrives to whom it concerns. */
export class House {
  readonly #clock: Clock;
  readonly #out: HouseOutlets;
  readonly #keepers = new Map<string, RoomKeeper>();
  /** The same by site and room, as readings name them. */
  readonly #bySite = new Map<string, Map<string, RoomKeeper>>();
  readonly #agents = new Agents();
  readonly #watches = new Map<string, OutageWatch>();
  readonly #sites: Sites;
  readonly #roomOutlets: RoomOutlets;
  readonly #checks: readonly Check[];
  readonly #found = new Set<string>();
  #hasBegun = false;
  #published = 0;

  constructor(out: HouseOutlets) {
    this.#out = out;
    this.#clock = out.clock;
    this.#sites = new Sites({ clock: out.clock, remember: out.rememberSite });
    this.#checks = checksWith((room) => this.#keepers.get(room.key)?.findings() ?? []);
    this.#roomOutlets = {
      clock: out.clock,
      checks: this.#checks,
      load: new JudgingLoad(out.clock),
      publish: (room, readiness) => {
        this.#published += 1;
        out.publish(room, readiness);
      },
      remember: (keeper) => out.remember?.(keeper.room, toMemory(keeper, this.#clock.now())),
      judged: (room, readiness) => out.judged(room, readiness),
      failed: (room, error) => out.failed(room, error),
      learnerOf: (site) => this.#sites.learner(site),
      looked: (room) => this.#touchAll(this.#watch(room.site).takeChanged()),
      isForgetful: out.isForgetful === true,
    };
  }

  /** A verdict of an earlier run is on the wire: it is taken back if its room has gone meanwhile. */
  foundReadiness(site: string, room: string): void {
    if (!this.#hasBegun) this.#found.add(`${site}/${room}`);
  }

  /** Everything retained has been heard: judge every room that has a card. */
  begin(): void {
    this.#hasBegun = true;
    for (const key of this.#found) {
      const { site, room } = parseRoomKey(key);
      if (this.#keepers.get(key)?.room.card === undefined) this.#out.orphaned(site, room);
    }
    this.#found.clear();
    const now = this.#clock.now();
    for (const keeper of this.#keepers.values()) {
      keeper.health.resume(now);
      if (keeper.room.card !== undefined) keeper.touch();
    }
  }

  /** Says everything once more, to a broker that may have forgotten it. */
  tellAgain(): void {
    if (!this.#hasBegun) return;
    for (const keeper of this.#keepers.values()) if (keeper.room.card !== undefined) keeper.tellAgain();
    this.#sites.tellAgain();
  }

  reading({ site, room }: { site: string; room: string }, device: string, { value, at }: HeardReading): void {
    const keeper = this.#keeper(site, room);
    if (keeper === undefined) return;
    const now = this.#clock.now();
    const known = keeper.room.devices.get(device);
    const isKnownAlive = known?.agent === value.agent && known?.carrier?.down === false;
    if (value.agent !== undefined && value.late !== true && !isKnownAlive)
      this.#reshapeAll(this.#agents.proveAlive(site, value.agent, instant(Math.min(at, now))));
    if (!keeper.room.takeReading(device, value, at, now)) return;
    if (this.#hasBegun && keeper.room.card !== undefined) keeper.heard();
    this.#touchAll(this.#watch(site).takeChanged());
  }

  take(topic: Topic, retained: boolean, read: <K extends Kind>(kind: K) => Payload<K> | undefined): void {
    if (topic.kind === "siteMemory") {
      const memory = this.#hasBegun ? undefined : read("siteMemory");
      if (memory !== undefined) this.#sites.recall(topic.site, memory);
      return;
    }
    if (topic.kind === "agentState") {
      const state = read("agentState");
      if (state !== undefined) this.#takeAgent(topic.site, topic.agent ?? "", { state, retained });
      return;
    }
    const keeper = this.#keeper(topic.site, topic.room ?? "");
    if (keeper === undefined) return;
    if (this.#takeInto(keeper, topic, read)) this.#touch(keeper);
  }

  /** A device was tried out before a visit. */
  tried(key: string, device: string, trial: { at: Instant; ok: boolean; text: string }): void {
    const keeper = this.#keepers.get(key);
    if (keeper === undefined) return;
    keeper.room.takeTrial(device, trial);
    this.#touch(keeper);
  }

  /** What people are told to do, and what they say of it: forecasts learn from it. */
  acts(key: string, act: { alert: Alert } | { id: string; reply: AlertReply }): void {
    this.#sites.takeAct(key, act);
  }

  removed(topic: Topic): void {
    const keeper = this.#keepers.get(roomKey(topic.site, topic.room ?? ""));
    if (keeper === undefined) return;
    const { room } = keeper;
    const now = this.#clock.now();
    if (topic.kind === "card") {
      room.takeCard(undefined, now);
      keeper.stop();
      this.#keepers.delete(room.key);
      this.#bySite.get(room.site)?.delete(room.room);
      this.#out.forget(room);
      return;
    }
    if (topic.kind === "demos") room.takeDemos([], []);
    else if (topic.kind === "maintenance") room.takeWindows([]);
    else if (topic.kind === "deviceState") room.takeDeviceState(topic.device ?? "", undefined, now);
    else return;
    this.#touch(keeper);
  }

  /** Every room that has a card. */
  *rooms(): Iterable<RoomState> {
    for (const { room } of this.#keepers.values()) if (room.card !== undefined) yield room;
  }

  /** How a room would serve a visit that it does not have: for those who look for another room. Changes nothing. */
  wouldBe(key: string, demo: Demo): JudgedVisit | undefined {
    return this.#hasBegun ? this.#keepers.get(key)?.wouldBe(demo) : undefined;
  }

  stats(): Record<string, number> {
    let judgements = 0;
    let ignored = 0;
    let judged = 0;
    for (const keeper of this.#keepers.values()) {
      judgements += keeper.judgements;
      ignored += keeper.room.ignored;
      if (keeper.room.card !== undefined) judged += 1;
    }
    return {
      rooms: judged,
      rooms_heard: this.#keepers.size,
      agents: this.#agents.size,
      judgements,
      readiness_published: this.#published,
      readings_old: ignored,
    };
  }

  stop(): void {
    for (const keeper of this.#keepers.values()) keeper.stop();
    this.#sites.stop();
  }

  #takeInto(keeper: RoomKeeper, topic: Topic, read: <K extends Kind>(kind: K) => Payload<K> | undefined): boolean {
    const { room } = keeper;
    const now = this.#clock.now();
    switch (topic.kind) {
      case "card": {
        const card = read("card");
        if (card === undefined) return false;
        const gone = room.takeCard(isZone(card.zone) ? card : { ...card, zone: this.#out.zone ?? "UTC" }, now);
        for (const device of gone) keeper.health.forget(device);
        keeper.health.zone = room.card?.zone ?? card.zone;
        keeper.health.know(card.devices, now);
        return true;
      }
      case "demos": {
        const demos = read("demos");
        if (demos === undefined) return false;
        room.takeDemos(demos.demos, demos.bookings ?? []);
        return true;
      }
      case "maintenance": {
        const windows = read("maintenance")?.windows;
        if (windows === undefined) return false;
        room.takeWindows(windows);
        return true;
      }
      case "deviceState": {
        const state = read("deviceState");
        if (state === undefined) return false;
        const device = topic.device ?? "";
        room.takeDeviceState(device, state, now);
        keeper.health.know(
          [{ device, agent: state.agent, intervals_s: state.intervals_s, sleeping: state.state === "sleeping" }],
          now,
        );
        return true;
      }
      case "memory": {
        const memory = this.#hasBegun ? undefined : read("memory");
        if (memory !== undefined) this.#recall(keeper, memory, now);
        return false;
      }
      default:
        return false;
    }
  }

  #takeAgent(site: string, agent: string, { state, retained }: { state: AgentState; retained: boolean }): void {
    const now = this.#clock.now();
    for (const path of state.devices ?? []) {
      const [room = "", name = ""] = path.split("/");
      const keeper = isId(room) && isId(name) ? this.#keeper(site, room) : undefined;
      const device = keeper?.room.device(name, now);
      if (device !== undefined) keeper?.room.serve(device, agent);
    }
    this.#reshapeAll(this.#agents.take(site, agent, state, { at: now, retained }));
  }

  #recall(keeper: RoomKeeper, memory: RoomMemory, now: Instant): void {
    const health = recall(keeper, memory, now);
    if (health === undefined) return;
    keeper.health = SensorHealth.fromJSON(health, { room: keeper.room.key, watch: this.#watch(keeper.room.site) });
    this.#believe(keeper);
  }

  #touch(keeper: RoomKeeper): void {
    if (this.#hasBegun && keeper.room.card !== undefined) keeper.touch();
    this.#touchAll(this.#watch(keeper.room.site).takeChanged());
  }

  /** What an agent took along, or brought back. */
  #reshapeAll(keys: Iterable<string>): void {
    for (const key of keys) {
      const room = this.#keepers.get(key)?.room;
      if (room !== undefined) room.shape += 1;
    }
    this.#touchAll(keys);
  }

  #touchAll(keys: Iterable<string>): void {
    if (!this.#hasBegun) return;
    for (const key of keys) {
      const keeper = this.#keepers.get(key);
      if (keeper?.room.card !== undefined) keeper.touch();
    }
  }

  #keeper(site: string, room: string): RoomKeeper | undefined {
    const known = this.#bySite.get(site)?.get(room);
    if (known !== undefined) return known;
    if (this.#keepers.size >= MOST_ROOMS) return undefined;
    const key = roomKey(site, room);
    const health = new SensorHealth({ room: key, watch: this.#watch(site) });
    const keeper = new RoomKeeper(new RoomState(site, room, this.#agents), health, this.#roomOutlets);
    this.#keepers.set(key, keeper);
    const ofSite = this.#bySite.get(site);
    if (ofSite === undefined) this.#bySite.set(site, new Map([[room, keeper]]));
    else ofSite.set(room, keeper);
    this.#believe(keeper);
    return keeper;
  }

  /** Joins a room's values with what doubts them and with what learns from them. */
  #believe(keeper: RoomKeeper): void {
    keeper.room.believes = (slot, value, at) => keeper.health.observe(slot.device, slot.metric, value, at);
  }

  #watch(site: string): OutageWatch {
    let watch = this.#watches.get(site);
    if (watch === undefined) {
      watch = new OutageWatch(site);
      this.#watches.set(site, watch);
    }
    return watch;
  }
}

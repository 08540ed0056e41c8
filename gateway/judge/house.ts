import type { Clock } from "#contract/clock.ts";
import type { RoomMemory } from "#contract/messages/alert.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import type { Reading } from "#contract/messages/reading.ts";
import type { Instant } from "#contract/units.ts";
import type { Kind, Payload, Topic } from "#contract/wire.ts";
import type { RoomLearner } from "../forecast/learner.ts";
import type { Check } from "../readiness/check.ts";
import { checksWith } from "../readiness/checks.ts";
import { Agents } from "../rooms/agents.ts";
import { RoomState } from "../rooms/room-state.ts";
import { OutageWatch } from "../sensor-health/outage-watch.ts";
import { SensorHealth } from "../sensor-health/sensor-health.ts";
import { recall, toMemory } from "./memory.ts";
import { RoomKeeper, type RoomOutlets } from "./room-keeper.ts";

/** A flood of invented rooms must not fill the memory. */
const MOST_ROOMS = 20_000;

export interface HouseOutlets {
  clock: Clock;
  publish(room: RoomState, readiness: RoomReadiness): void;
  remember(room: RoomState, memory: RoomMemory): void;
  /** A room's card was taken away: what is retained of it goes too. */
  forget(room: RoomState): void;
  judged(room: RoomState, readiness: RoomReadiness): void;
}

/** Every room that the wire names, each with its keeper. Routes what arrives to whom it concerns. */
export class House {
  readonly #clock: Clock;
  readonly #out: HouseOutlets;
  readonly #keepers = new Map<string, RoomKeeper>();
  readonly #agents = new Agents();
  readonly #watches = new Map<string, OutageWatch>();
  readonly #roomOutlets: RoomOutlets;
  readonly #checks: readonly Check[];
  #hasBegun = false;
  #published = 0;

  constructor(out: HouseOutlets) {
    this.#out = out;
    this.#clock = out.clock;
    this.#checks = checksWith((room) => this.#keepers.get(room.key)?.findings() ?? []);
    this.#roomOutlets = {
      clock: out.clock,
      checks: this.#checks,
      publish: (room, readiness) => {
        this.#published += 1;
        out.publish(room, readiness);
      },
      remember: (keeper) => out.remember(keeper.room, toMemory(keeper, this.#clock.now())),
      judged: (room, readiness) => out.judged(room, readiness),
    };
  }

  /** Everything retained has been heard: judge every room that has a card. */
  begin(): void {
    this.#hasBegun = true;
    const now = this.#clock.now();
    for (const keeper of this.#keepers.values()) {
      keeper.health.resume(now);
      if (keeper.room.card !== undefined) keeper.touch();
    }
  }

  reading(site: string, room: string, device: string, { value, at }: { value: Reading; at: Instant }): void {
    const keeper = this.#keeper(site, room);
    if (keeper === undefined) return;
    const now = this.#clock.now();
    if (value.agent !== undefined && value.late !== true)
      this.#touchAll(this.#agents.proveAlive(site, value.agent, at));
    if (keeper.room.takeReading(device, value, now)) this.#touch(keeper);
  }

  take(topic: Topic, retained: boolean, read: <K extends Kind>(kind: K) => Payload<K> | undefined): void {
    const now = this.#clock.now();
    if (topic.kind === "agentState") {
      const state = read("agentState");
      if (state !== undefined)
        this.#touchAll(this.#agents.take(topic.site, topic.agent ?? "", state, { at: now, retained }));
      return;
    }
    const keeper = this.#keeper(topic.site, topic.room ?? "");
    if (keeper === undefined) return;
    if (this.#takeInto(keeper, topic, read)) this.#touch(keeper);
  }

  removed(topic: Topic): void {
    const keeper = this.#keepers.get(`${topic.site}/${topic.room ?? ""}`);
    if (keeper === undefined) return;
    const { room } = keeper;
    const now = this.#clock.now();
    if (topic.kind === "card") {
      room.takeCard(undefined, now);
      keeper.stop();
      this.#keepers.delete(room.key);
      this.#out.forget(room);
      return;
    }
    if (topic.kind === "demos") [room.demos, room.bookings] = [[], []];
    else if (topic.kind === "maintenance") room.windows = [];
    else if (topic.kind === "deviceState") room.takeDeviceState(topic.device ?? "", undefined, now);
    else return;
    this.#touch(keeper);
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
  }

  #takeInto(keeper: RoomKeeper, topic: Topic, read: <K extends Kind>(kind: K) => Payload<K> | undefined): boolean {
    const { room } = keeper;
    const now = this.#clock.now();
    switch (topic.kind) {
      case "card": {
        const card = read("card");
        if (card === undefined) return false;
        room.takeCard(card, now);
        keeper.health.zone = card.zone;
        keeper.health.know(card.devices, now);
        return true;
      }
      case "demos": {
        const demos = read("demos");
        if (demos === undefined) return false;
        [room.demos, room.bookings] = [demos.demos, demos.bookings ?? []];
        return true;
      }
      case "maintenance": {
        const windows = read("maintenance")?.windows;
        if (windows === undefined) return false;
        room.windows = windows;
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

  #touchAll(keys: Iterable<string>): void {
    if (!this.#hasBegun) return;
    for (const key of keys) {
      const keeper = this.#keepers.get(key);
      if (keeper?.room.card !== undefined) keeper.touch();
    }
  }

  #keeper(site: string, room: string): RoomKeeper | undefined {
    const key = `${site}/${room}`;
    let keeper = this.#keepers.get(key);
    if (keeper !== undefined) return keeper;
    if (this.#keepers.size >= MOST_ROOMS) return undefined;
    const health = new SensorHealth({ room: key, watch: this.#watch(site) });
    keeper = new RoomKeeper(new RoomState(site, room, this.#agents), health, this.#roomOutlets);
    this.#keepers.set(key, keeper);
    this.#believe(keeper);
    return keeper;
  }

  /** Joins a room's values with what learns from them and what doubts them. */
  #believe(keeper: RoomKeeper): void {
    const { room } = keeper;
    room.isBelievable = (device, metric) => keeper.health.isBelievable(device, metric);
    room.onValue = (slot, value, at) => {
      keeper.health.observe(slot.device, slot.metric, value, at);
      if (typeof value === "number" && slot.value === value)
        learn(keeper.learner, room, { metric: slot.metric, value, at });
    };
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

function learn(learner: RoomLearner, _room: RoomState, seen: { metric: string; value: number; at: Instant }): void {
  if (seen.metric === "temperature_c") learner.takeTemperature(seen.value, seen.at);
  if (seen.metric === "co2_ppm") learner.takeCo2(seen.value, seen.at, undefined);
}

import type { Clock } from "#contract/clock.ts";
import type { Alert } from "#contract/messages/alert.ts";
import type { DoorSign } from "#contract/messages/door.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import type { Demo, RoomCard } from "#contract/messages/room.ts";
import type { Address } from "#contract/wire.ts";
import type { BuildingHook } from "./building-hook.ts";
import type { AnnounceConfig } from "./config.ts";
import { decideDoorSign, isNewSign } from "./door-sign.ts";
import { discoveryOf, discoveryTopic } from "./home-assistant.ts";

export interface AnnouncerOutlets {
  clock: Clock;
  config: AnnounceConfig;
  door(room: { site: string; room: string }, sign: DoorSign | undefined): void;
  /** A retained message of another system's own topics; empty takes it back. */
  raw(topic: string, payload: string): void;
  /** The building's management, where it wants to be told. */
  hook?: Pick<BuildingHook, "tell"> | undefined;
}

interface Known {
  card: RoomCard;
  demos: readonly Demo[];
  readiness: RoomReadiness | undefined;
  alerts: Set<string>;
  sign: DoorSign | undefined;
  discovery: string | undefined;
}

/** Tells door signs and home automation what the gateway says of each room, when it changes. */
export class Announcer {
  readonly #out: AnnouncerOutlets;
  readonly #rooms = new Map<string, Known>();

  constructor(out: AnnouncerOutlets) {
    this.#out = out;
  }

  judged(
    { site, room, card, demos }: { site: string; room: string; card: RoomCard; demos: readonly Demo[] },
    readiness: RoomReadiness,
  ): void {
    const key = `${site}/${room}`;
    const known = this.#rooms.get(key) ?? newRoom(card);
    Object.assign(known, { card, demos, readiness });
    this.#rooms.set(key, known);
    this.#tell({ site, room }, known);
  }

  /** An alert changed, or was taken off the wire (`undefined`): it counts in each room that it takes along. */
  alert(home: Address & { id?: string }, alert: Alert | undefined): void {
    const id = home.id ?? alert?.id ?? "";
    const isOpen = alert !== undefined && alert.status !== "resolved";
    const concerned = new Set(isOpen ? alert.rooms : []);
    for (const [key, known] of this.#rooms) {
      if (concerned.has(key) === known.alerts.has(id)) continue;
      if (concerned.has(key)) known.alerts.add(id);
      else known.alerts.delete(id);
      const [site = "", room = ""] = key.split("/");
      this.#tell({ site, room }, known);
    }
  }

  forget(site: string, room: string): void {
    if (!this.#rooms.delete(`${site}/${room}`)) return;
    const { config } = this.#out;
    if (config.doors) this.#out.door({ site, room }, undefined);
    this.#out.hook?.tell({ site, room }, undefined);
    if (config.home_assistant !== undefined)
      this.#out.raw(discoveryTopic({ site, room }, config.home_assistant.prefix), "");
  }

  /** Says everything once more, to a broker that may have forgotten it. */
  tellAgain(): void {
    for (const [key, known] of this.#rooms) {
      known.sign = undefined;
      known.discovery = undefined;
      const [site = "", room = ""] = key.split("/");
      this.#tell({ site, room }, known);
    }
  }

  #tell(room: { site: string; room: string }, known: Known): void {
    const { clock, config, hook } = this.#out;
    const { card, demos, readiness, alerts } = known;
    if (readiness === undefined) return;
    if (config.home_assistant !== undefined) {
      const { topic, payload } = discoveryOf(room, card, config.home_assistant.prefix);
      if (payload !== known.discovery) this.#out.raw(topic, payload);
      known.discovery = payload;
    }
    // Home automation reads the doors' topics.
    const isOnWire = config.doors || config.home_assistant !== undefined;
    if (!isOnWire && hook === undefined) return;
    const what = { card, demos, readiness, alerts: alerts.size, withTitles: config.titles };
    const sign = decideDoorSign(what, clock.now());
    if (!isNewSign(known.sign, sign)) return;
    known.sign = sign;
    if (isOnWire) this.#out.door(room, sign);
    hook?.tell(room, sign);
  }
}

const newRoom = (card: RoomCard): Known => ({
  card,
  demos: [],
  readiness: undefined,
  alerts: new Set(),
  sign: undefined,
  discovery: undefined,
});

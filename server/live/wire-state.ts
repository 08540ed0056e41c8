import type { Bus, Message } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { roomKey } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import type { Alert, Nudge } from "#contract/messages/alert.ts";
import type { AgentState, DeviceState } from "#contract/messages/edge.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import { type Instant, instant } from "#contract/units.ts";
import { claimsEnd } from "./currency.ts";
import { filterOf, isRemoval, parsePayload, parseTopic, type Topic } from "#contract/wire.ts";

/** Told which room something new was heard of; of an alert also what it is now, `undefined` once it is closed. */
export interface WireListener {
  rooms(keys: readonly string[]): void;
  alert(key: string, id: string, alert: Alert | undefined): void;
}

interface Heard {
  payload: Uint8Array;
  /** Once it has been read. */
  read?: { readiness: RoomReadiness | undefined; claimsEnd: Instant | undefined };
}

/**
 * What the retained topics say of rooms, devices, agents and alerts. A verdict is read only when somebody looks: of ten a
 * second only the newest matters.
 */
export class WireState {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listener: WireListener;
  readonly #readiness = new Map<string, Heard>();
  readonly #devices = new Map<string, DeviceState>();
  readonly #agents = new Map<string, AgentState>();
  readonly #nudges = new Map<string, Nudge>();
  readonly #alerts = new Map<string, { key: string; alert: Alert }>();
  #alertIndex: AlertIndex | undefined;
  readonly #heard = new Map<string, Instant>();
  #unsubscribe: (() => Promise<void>)[] = [];

  constructor(parts: { clock: Clock; log: Log; listener: WireListener }) {
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#listener = parts.listener;
  }

  /** Resolves once everything that the broker has kept was taken in. */
  async start(bus: Bus): Promise<void> {
    const take = (message: Message): void => this.#take(message);
    // The filter of device states also matches those of agents: a second one would deliver them twice.
    const filters = [filterOf("readiness"), filterOf("deviceState"), filterOf("alert"), filterOf("nudge")];
    this.#unsubscribe = await Promise.all(filters.map((filter) => bus.subscribe(filter, take)));
    await bus.settled();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#unsubscribe.splice(0).map((unsubscribe) => unsubscribe().catch(() => {})));
  }

  readiness(key: string): RoomReadiness | undefined {
    return this.#read(key)?.readiness;
  }

  /** When what the gateway claims to know of a room can no longer be so without a new word. */
  claimsEnd(key: string): Instant | undefined {
    return this.#read(key)?.claimsEnd;
  }

  device(key: string, device: string): DeviceState | undefined {
    return this.#devices.get(`${key}/${device}`);
  }

  /** The last word to those in a room; it may be over. */
  nudge(key: string): Nudge | undefined {
    return this.#nudges.get(key);
  }

  agent(site: string, agent: string): AgentState | undefined {
    return this.#agents.get(`${site}/${agent}`);
  }

  /** Every agent that has ever spoken on the wire: `site/agent`. */
  get agents(): ReadonlyMap<string, AgentState> {
    return this.#agents;
  }

  /** Open alerts, by id. */
  get alerts(): ReadonlyMap<string, { key: string; alert: Alert }> {
    return this.#alerts;
  }

  /** Open alerts on a room's topics, by the time they were raised. */
  alertsIn(key: string): readonly Alert[] {
    return this.#index().byRoom.get(key) ?? [];
  }

  /** Open alerts that concern a demo, of whatever room. */
  alertsAbout(demo: string): readonly Alert[] {
    return this.#index().byDemo.get(demo) ?? [];
  }

  /** When the gateway last spoke of a site. */
  gatewayHeard(site: string): Instant | undefined {
    return this.#heard.get(site);
  }

  #read(key: string): Heard["read"] {
    const heard = this.#readiness.get(key);
    if (heard === undefined || heard.read !== undefined) return heard?.read;
    const parsed = parsePayload("readiness", heard.payload);
    if (!parsed.ok) this.#log.warn({ room: key, where: parsed.where, why: parsed.why }, "a verdict cannot be read");
    const readiness = parsed.ok ? parsed.value : undefined;
    heard.read = { readiness, claimsEnd: readiness === undefined ? undefined : claimsEnd(readiness) };
    return heard.read;
  }

  #take(message: Message): void {
    const topic = parseTopic(message.topic);
    if (topic === undefined) return;
    if (topic.kind === "agentState") this.#takeAgent(topic, message);
    else if (topic.room === undefined) return;
    else if (topic.kind === "readiness") this.#takeReadiness(topic, message);
    else if (topic.kind === "deviceState") this.#takeDevice(topic, message);
    else if (topic.kind === "alert") this.#takeAlert(topic, message);
    else if (topic.kind === "nudge") this.#takeNudge(topic, message);
  }

  #takeNudge(topic: Topic, message: Message): void {
    const key = roomKey(topic.site, topic.room ?? "");
    const parsed = isRemoval(message) ? undefined : parsePayload("nudge", message.payload);
    if (parsed?.ok === false) {
      this.#log.warn({ room: key, where: parsed.where, why: parsed.why }, "a nudge cannot be read");
      return;
    }
    if (parsed === undefined) this.#nudges.delete(key);
    else this.#nudges.set(key, parsed.value);
    this.#listener.rooms([key]);
  }

  #takeReadiness(topic: Topic, message: Message): void {
    const key = roomKey(topic.site, topic.room ?? "");
    if (isRemoval(message)) this.#readiness.delete(key);
    else {
      const heard: Heard = { payload: message.payload };
      this.#readiness.set(key, heard);
      // A retained verdict is as old as it says; a fresh one was said now.
      this.#hear(topic.site, message.retained ? Date.parse(this.readiness(key)?.at ?? "") : this.#clock.now());
    }
    this.#listener.rooms([key]);
  }

  #takeAlert(topic: Topic, message: Message): void {
    const key = roomKey(topic.site, topic.room ?? "");
    const id = topic.id ?? "";
    const before = this.#alerts.get(id);
    if (isRemoval(message)) {
      if (before?.key !== key) return;
      this.#alerts.delete(id);
      this.#alertIndex = undefined;
      this.#listener.alert(key, id, undefined);
      this.#listener.rooms(roomsOf(key, before.alert));
      return;
    }
    const parsed = parsePayload("alert", message.payload);
    if (!parsed.ok || parsed.value.id !== id) {
      const why = parsed.ok ? "its id is not that of its topic" : `${parsed.where}: ${parsed.why}`;
      this.#log.warn({ room: key, alert: id, why }, "an alert cannot be read");
      return;
    }
    this.#alerts.set(id, { key, alert: parsed.value });
    this.#alertIndex = undefined;
    if (!message.retained) this.#hear(topic.site, this.#clock.now());
    this.#listener.alert(key, id, parsed.value);
    this.#listener.rooms([
      ...roomsOf(key, parsed.value),
      ...(before === undefined ? [] : roomsOf(before.key, before.alert)),
    ]);
  }

  #index(): AlertIndex {
    if (this.#alertIndex !== undefined) return this.#alertIndex;
    const index: AlertIndex = { byRoom: new Map(), byDemo: new Map() };
    const all = [...this.#alerts.values()].toSorted((a, b) => compare(a.alert, b.alert));
    for (const { key, alert } of all) {
      append(index.byRoom, key, alert);
      for (const demo of demosOf(alert)) append(index.byDemo, demo, alert);
    }
    this.#alertIndex = index;
    return index;
  }

  #takeDevice(topic: Topic, message: Message): void {
    const key = roomKey(topic.site, topic.room ?? "");
    const parsed = isRemoval(message) ? undefined : parsePayload("deviceState", message.payload);
    if (parsed?.ok === true) this.#devices.set(`${key}/${topic.device}`, parsed.value);
    else if (parsed === undefined) this.#devices.delete(`${key}/${topic.device}`);
  }

  #takeAgent(topic: Topic, message: Message): void {
    const id = `${topic.site}/${topic.agent}`;
    const parsed = isRemoval(message) ? undefined : parsePayload("agentState", message.payload);
    if (parsed?.ok === true) this.#agents.set(id, parsed.value);
    else if (parsed === undefined) this.#agents.delete(id);
  }

  #hear(site: string, atMs: number): void {
    const at = Math.min(atMs, this.#clock.now());
    if (at > (this.#heard.get(site) ?? 0)) this.#heard.set(site, instant(at));
  }
}

interface AlertIndex {
  byRoom: Map<string, Alert[]>;
  byDemo: Map<string, Alert[]>;
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

const compare = (a: Alert, b: Alert): number =>
  a.raised_at < b.raised_at ? -1 : a.raised_at > b.raised_at ? 1 : a.id < b.id ? -1 : 1;

/** The demos that an alert concerns. */
const demosOf = (alert: Alert): Set<string> =>
  new Set([...(alert.demo === undefined ? [] : [alert.demo]), ...(alert.members ?? []).map((member) => member.demo)]);

/** The rooms whose demos an alert concerns, its own included. */
const roomsOf = (key: string, alert: Alert): string[] => [
  ...new Set([key, ...alert.rooms, ...(alert.members ?? []).map((member) => member.room)]),
];

import type { z } from "zod";
import type { Bus, Message } from "./bus.ts";
import { messageOf, type Parsed } from "./errors.ts";
import { isId, RESERVED_DEVICES, RESERVED_ROOM } from "./ids.ts";
import { Alert, AlertReply, Nudge, RoomMemory, SiteMemory } from "./messages/alert.ts";
import { DoorSign } from "./messages/door.ts";
import { AgentState, Command, CommandResult, Committed, DeviceState } from "./messages/edge.ts";
import { Reading } from "./messages/reading.ts";
import { RoomReadiness } from "./messages/readiness.ts";
import { RoomCard, RoomDemos, RoomMaintenance } from "./messages/room.ts";
import { Unclaimed, Untranslated } from "./messages/unclaimed.ts";

/** The one map from topic to payload: publisher, subscriber, simulator and reference page all read it. */
export const ROOT = "greenroom/v1";

/** Who speaks and listens on a topic. */
type Party = "agent" | "gateway" | "server" | "panel";

interface WireEntry<S extends z.ZodType> {
  /** Below `greenroom/v1/{site}/`; `{x}` is an id. */
  path: string;
  qos: 0 | 1;
  retained: boolean;
  from: Party;
  to: readonly Party[];
  schema: S;
  meaning: string;
}
const entry = <S extends z.ZodType>(e: WireEntry<S>): WireEntry<S> => e;

export const wire = {
  reading: entry({
    path: "{room}/{device}/reading",
    qos: 1,
    retained: false,
    from: "agent",
    to: ["gateway", "server"],
    schema: Reading,
    meaning: "What a device measured.",
  }),
  deviceState: entry({
    path: "{room}/{device}/state",
    qos: 1,
    retained: true,
    from: "agent",
    to: ["gateway", "server"],
    schema: DeviceState,
    meaning: "Whether a device is there, and how often it reports.",
  }),
  agentState: entry({
    path: "agents/{agent}/state",
    qos: 1,
    retained: true,
    from: "agent",
    to: ["gateway", "server"],
    schema: AgentState,
    meaning: "Birth, death and last will of an agent.",
  }),
  committed: entry({
    path: "agents/{agent}/committed",
    qos: 1,
    retained: true,
    from: "server",
    to: ["agent"],
    schema: Committed,
    meaning: "Up to where an agent's readings are durably stored.",
  }),
  command: entry({
    path: "{room}/{device}/command",
    qos: 1,
    retained: false,
    from: "gateway",
    to: ["agent"],
    schema: Command,
    meaning: "Asks an agent to exercise a device: before a visit, or because a person asked the server for it.",
  }),
  result: entry({
    path: "{room}/{device}/result",
    qos: 1,
    retained: false,
    from: "agent",
    to: ["gateway", "server"],
    schema: CommandResult,
    meaning: "What became of a command.",
  }),
  card: entry({
    path: "{room}/card",
    qos: 1,
    retained: true,
    from: "server",
    to: ["gateway"],
    schema: RoomCard,
    meaning: "What a room is and can do.",
  }),
  demos: entry({
    path: "{room}/demos",
    qos: 1,
    retained: true,
    from: "server",
    to: ["gateway"],
    schema: RoomDemos,
    meaning: "The demos and bookings of the next 48 h.",
  }),
  maintenance: entry({
    path: "{room}/maintenance",
    qos: 1,
    retained: true,
    from: "server",
    to: ["gateway"],
    schema: RoomMaintenance,
    meaning: "The maintenance windows of the next 48 h.",
  }),
  readiness: entry({
    path: "{room}/readiness",
    qos: 1,
    retained: true,
    from: "gateway",
    to: ["server", "panel"],
    schema: RoomReadiness,
    meaning: "The verdict on a room, now and for each coming demo.",
  }),
  alert: entry({
    path: "{room}/alerts/{id}",
    qos: 1,
    retained: true,
    from: "gateway",
    to: ["server"],
    schema: Alert,
    meaning: "An alert and its history; removed when closed.",
  }),
  reply: entry({
    path: "{room}/alerts/{id}/reply",
    qos: 1,
    retained: false,
    from: "server",
    to: ["gateway"],
    schema: AlertReply,
    meaning: "What a person decided about an alert.",
  }),
  memory: entry({
    path: "{room}/memory",
    qos: 1,
    retained: true,
    from: "gateway",
    to: ["gateway"],
    schema: RoomMemory,
    meaning: "What the gateway must remember of a room over a restart.",
  }),
  nudge: entry({
    path: "{room}/nudge",
    qos: 1,
    retained: true,
    from: "gateway",
    to: ["panel", "server"],
    schema: Nudge,
    meaning: "A word to those in the room, on its panel.",
  }),
  door: entry({
    path: "{room}/door",
    qos: 1,
    retained: true,
    from: "gateway",
    to: ["panel"],
    schema: DoorSign,
    meaning: "A room in a few flat words, for door signs and home automation; only where it is configured.",
  }),
  siteMemory: entry({
    path: "agents/{agent}/memory",
    qos: 1,
    retained: true,
    from: "gateway",
    to: ["gateway"],
    schema: SiteMemory,
    meaning: "What the gateway must remember of a site over a restart; the agent is `gateway`.",
  }),
  unclaimed: entry({
    path: "agents/{agent}/unclaimed",
    qos: 1,
    retained: true,
    from: "gateway",
    to: ["server", "gateway"],
    schema: Unclaimed,
    meaning:
      "Devices that publish and belong to no room; the agent is the subscription map's name, or `gateway` for those on the wire.",
  }),
  untranslated: entry({
    path: "agents/{agent}/untranslated",
    qos: 1,
    retained: false,
    from: "gateway",
    to: ["server"],
    schema: Untranslated,
    meaning: "A vendor message that could not be translated, and why.",
  }),
} as const;

export type Kind = keyof typeof wire;
export type Payload<K extends Kind> = z.infer<(typeof wire)[K]["schema"]>;
export const kinds = Object.keys(wire) as readonly Kind[];

/** What a topic's braces stand for. */
export interface Address {
  site: string;
  room?: string;
  device?: string;
  agent?: string;
  id?: string;
}
export interface Topic extends Address {
  kind: Kind;
}

/** The topic of a message; throws on an address that lacks a part (a defect, not input). */
export function topicOf(kind: Kind, address: Address): string {
  const path = wire[kind].path.replaceAll(/\{(\w+)\}/g, (_, part: keyof Address) => {
    const value = address[part];
    if (value === undefined) throw new TypeError(`${kind} needs ${part}`);
    return value;
  });
  return `${ROOT}/${address.site}/${path}`;
}

/** The filter that takes this kind of message from every room (and of one site, where given). */
export const filterOf = (kind: Kind, site = "+"): string =>
  `${ROOT}/${site}/${wire[kind].path.replaceAll(/\{\w+\}/g, "+")}`;

const roomKinds: ReadonlyMap<string, Kind> = new Map([
  ["card", "card"],
  ["demos", "demos"],
  ["maintenance", "maintenance"],
  ["readiness", "readiness"],
  ["memory", "memory"],
  ["nudge", "nudge"],
  ["door", "door"],
]);
const deviceKinds: ReadonlyMap<string, Kind> = new Map([
  ["reading", "reading"],
  ["state", "deviceState"],
  ["command", "command"],
  ["result", "result"],
]);
const agentKinds: ReadonlyMap<string, Kind> = new Map([
  ["state", "agentState"],
  ["committed", "committed"],
  ["memory", "siteMemory"],
  ["unclaimed", "unclaimed"],
  ["untranslated", "untranslated"],
]);
const ALERT_ID = /^[a-z0-9-]{1,64}$/;

/** Reads a topic; `undefined` when it is not part of the wire. */
export function parseTopic(topic: string): Topic | undefined {
  const parts = topic.split("/");
  const [root, version, site, a, b, c, d] = parts;
  if (
    root !== "greenroom" ||
    version !== "v1" ||
    site === undefined ||
    a === undefined ||
    b === undefined ||
    !isId(site) ||
    !isId(a)
  )
    return undefined;
  if (a === RESERVED_ROOM) {
    const kind = parts.length === 6 && isId(b) ? agentKinds.get(c ?? "") : undefined;
    return kind === undefined ? undefined : { kind, site, agent: b };
  }
  if (parts.length === 5) {
    const kind = roomKinds.get(b);
    return kind === undefined ? undefined : { kind, site, room: a };
  }
  // An alert is never named as a device's message is: who may write `+/reading` must not write an alert by it.
  if (b === "alerts" && c !== undefined && ALERT_ID.test(c) && !deviceKinds.has(c)) {
    if (parts.length === 6) return { kind: "alert", site, room: a, id: c };
    return parts.length === 7 && d === "reply" ? { kind: "reply", site, room: a, id: c } : undefined;
  }
  const kind = parts.length === 6 && isId(b) && !RESERVED_DEVICES.includes(b) ? deviceKinds.get(c ?? "") : undefined;
  return kind === undefined ? undefined : { kind, site, room: a, device: b };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads a payload of a known kind. Never throws. */
export function parsePayload<K extends Kind>(kind: K, payload: Uint8Array | string): Parsed<Payload<K>> {
  let json: unknown;
  try {
    json = JSON.parse(typeof payload === "string" ? payload : utf8.decode(payload));
  } catch (error) {
    return { ok: false, code: "BAD_JSON", where: "payload", why: messageOf(error) };
  }
  const result = wire[kind].schema.safeParse(json);
  if (result.success) return { ok: true, value: result.data as Payload<K> };
  const issue = result.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "payload" : issue.path.join(".");
  return {
    ok: false,
    code: issue?.message.includes("RFC 3339") === true ? "BAD_TIME" : "BAD_SHAPE",
    where,
    why: issue?.message ?? "unreadable",
  };
}

export const encode = <K extends Kind>(_kind: K, value: Payload<K>): string => JSON.stringify(value);

/** Publishes a message with its kind's quality and retention. Resolves once the broker has acknowledged it. */
export const publish = <K extends Kind>(bus: Bus, kind: K, address: Address, value: Payload<K>): Promise<void> =>
  bus.publish(topicOf(kind, address), encode(kind, value), { qos: wire[kind].qos, retain: wire[kind].retained });

/** Takes a retained message back: an empty retained payload removes it. */
export const unpublish = (bus: Bus, kind: Kind, address: Address): Promise<void> =>
  bus.publish(topicOf(kind, address), "", { qos: 1, retain: true });

/** A retained message that was taken back. */
export const isRemoval = (message: Message): boolean => message.payload.length === 0;

import { matches } from "#contract/bus.ts";
import type { ErrorCode } from "#contract/errors.ts";
import { covers } from "#contract/filters.ts";
import { isId, RESERVED_ROOM, roomKey } from "#contract/ids.ts";
import { type Kind, parseTopic, ROOT, wire } from "#contract/wire.ts";

/** Who has signed in, and what that key is for. */
export interface Party {
  agent: string;
  /** As the client named itself. */
  clientId: string;
  /** `site/room`. */
  rooms: ReadonlySet<string>;
  sites: ReadonlySet<string>;
  /** For vendor gear: the topics of its vendor, and nothing else. */
  gear?: Gear | undefined;
  /** For door signs, panels and home automation: these filters it reads, and it says nothing. */
  reads?: readonly string[] | undefined;
}

/** What a key for vendor gear is for. Never a topic of Greenroom's own. */
export interface Gear {
  /** Below these it publishes and listens. */
  filters: readonly string[];
  /** Here it listens as well: commands, answers. */
  listens: readonly string[];
}

export type PublishDecision =
  | { ok: true; kind: Kind | "marker" | "gear" }
  | { ok: false; code: Extract<ErrorCode, "WRONG_TOPIC" | "NOT_ALLOWED">; why: string };
export type SubscribeDecision = { ok: true } | { ok: false; why: string };

/** A message of a client to itself, by which it knows that all it subscribed to has been handed over. */
const markerTopic = (party: Party): string => `greenroom/settled/${party.clientId}`;

export function makeParty(
  agent: string,
  clientId: string,
  grant: { rooms: readonly string[]; gear?: Gear | undefined; reads?: readonly string[] | undefined },
): Party {
  return {
    agent,
    clientId,
    rooms: new Set(grant.rooms),
    sites: new Set(grant.rooms.map((room) => room.slice(0, room.indexOf("/")))),
    gear: grant.gear,
    reads: grant.reads,
  };
}

/** Whether a topic or a filter could be Greenroom's own, or the broker's. */
const isOurs = (text: string): boolean => text === "#" || /^(greenroom(\/|$)|\$|\+\/(#|v1))/.test(text);
const isGears = (topic: string, filters: readonly string[] | undefined): boolean =>
  filters?.some((filter) => matches(filter, topic)) === true && !isOurs(topic);

/** An agent publishes what agents say, of its own rooms and of itself. */
export function decidePublish(topic: string, party: Party): PublishDecision {
  if (topic === markerTopic(party)) return { ok: true, kind: "marker" };
  if (isGears(topic, party.gear?.filters)) return { ok: true, kind: "gear" };
  if (party.reads !== undefined) return { ok: false, code: "NOT_ALLOWED", why: `the key of ${party.agent} only reads` };
  const parsed = parseTopic(topic);
  if (parsed === undefined) return { ok: false, code: "WRONG_TOPIC", why: "the topic is not part of the wire" };
  const { kind, site, room, agent } = parsed;
  if (wire[kind].from !== "agent")
    return { ok: false, code: "NOT_ALLOWED", why: `only the ${wire[kind].from} publishes ${kind}` };
  if (room === undefined) {
    return agent === party.agent && party.sites.has(site)
      ? { ok: true, kind }
      : {
          ok: false,
          code: "NOT_ALLOWED",
          why: `the key of ${party.agent} does not stand for agent ${agent} at ${site}`,
        };
  }
  return party.rooms.has(roomKey(site, room))
    ? { ok: true, kind }
    : { ok: false, code: "NOT_ALLOWED", why: `the key of ${party.agent} is not for room ${roomKey(site, room)}` };
}

const isIdOrAny = (part: string): boolean => part === "+" || isId(part);

/**
 * An agent subscribes to commands and to what is kept of itself: `committed`, and its own `state`, by which it sees a second
 * agent of its name. A `+` is granted where it can stand for what is its own: `mayReceive` then decides about each message.
 */
export function decideSubscribe(filter: string, party: Party): SubscribeDecision {
  if (filter === markerTopic(party)) return { ok: true };
  if (filter.startsWith("$share/"))
    return { ok: false, why: "shared subscriptions are not offered: they break the order of a device's messages" };
  if (filter.startsWith("$")) return { ok: false, why: "topics that begin with $ are the broker's own" };
  if (party.reads !== undefined) {
    const isRead = party.reads.some((own) => covers(own, filter));
    return isRead ? { ok: true } : { ok: false, why: `the key of ${party.agent} reads only ${party.reads.join(", ")}` };
  }
  if (mayListen(filter, party.gear)) return { ok: true };
  const parts = filter.split("/");
  const [root, version, site = "", folder = "", name = "", kind = ""] = parts;
  const hasShape = parts.length === 6 && `${root}/${version}` === ROOT && [site, folder, name].every(isIdOrAny);
  const isOfAgent = folder === RESERVED_ROOM && (kind === "committed" || kind === "state");
  if (!hasShape || (kind !== "command" && !isOfAgent))
    return { ok: false, why: "an agent may subscribe to commands of its rooms, and to its own committed and state" };
  if (site !== "+" && !party.sites.has(site)) return { ok: false, why: `the key is not for site ${site}` };
  if (isOfAgent) {
    const isOwn = name === party.agent || name === "+";
    return isOwn ? { ok: true } : { ok: false, why: `the key is of agent ${party.agent}, not of ${name}` };
  }
  const isOwn = folder === "+" || [...party.rooms].some((room) => matches(`${site}/${folder}`, room));
  return isOwn ? { ok: true } : { ok: false, why: `the key is not for room ${site}/${folder}` };
}

const mayListen = (filter: string, gear: Gear | undefined): boolean =>
  gear !== undefined && !isOurs(filter) && [...gear.filters, ...gear.listens].some((own) => covers(own, filter));

/** Whether a message that matches a granted filter is for this party. */
export function mayReceive(topic: string, party: Party): boolean {
  if (topic === markerTopic(party)) return true;
  if (party.reads !== undefined) return party.reads.some((filter) => matches(filter, topic));
  const parsed = parseTopic(topic);
  if (parsed === undefined) return isGears(topic, party.gear?.filters) || isGears(topic, party.gear?.listens);
  if (parsed.kind === "committed" || parsed.kind === "agentState") return parsed.agent === party.agent;
  return parsed.kind === "command" && parsed.room !== undefined && party.rooms.has(roomKey(parsed.site, parsed.room));
}

/** The rules of a broker, so that the parts that apply them can be tried with others. */
export interface Access {
  decidePublish(topic: string, party: Party): PublishDecision;
  decideSubscribe(filter: string, party: Party): SubscribeDecision;
  mayReceive(topic: string, party: Party): boolean;
}

/** What holds for everybody who comes by the network. */
export const agentAccess: Access = { decidePublish, decideSubscribe, mayReceive };

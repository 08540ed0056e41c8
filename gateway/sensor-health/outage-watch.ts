import { hours, type Instant, type Millis, minutes } from "#contract/units.ts";
import { median } from "./level.ts";
import { PeerLevels } from "./peer-levels.ts";
import type { OutageCause, SilenceWatch, WatchedDevice } from "./silence-watch.ts";

interface Member {
  device: WatchedDevice;
  group: Group;
  limit: Millis;
  /** Since when it is silent; undefined while it speaks. */
  since?: number | undefined;
}

interface Outage {
  cause: string;
  from: number;
  to?: number;
  /** Devices that it took along, with those that are still out. */
  members: Map<string, Member>;
  out: Set<string>;
}

/** Everything behind one agent, or the whole site. */
class Group {
  readonly cause: string;
  readonly members = new Map<string, Member>();
  /** Fell silent within the last minutes, no outage yet. */
  recent: Member[] = [];
  recentSince = 0;
  /** How many of them it is worth to count the voters at. */
  countAt = FEWEST;
  readonly outages: Outage[] = [];

  constructor(cause: string) {
    this.cause = cause;
  }

  get open(): Outage | undefined {
    const last = this.outages.at(-1);
    return last === undefined || last.to !== undefined ? undefined : last;
  }
}

/** Devices whose last words lie within this of each other fell silent together. */
const TOGETHER = minutes(5);
const FEWEST = 3;
const SHARE = 0.5;
/** Slower reporters show their silence too late to have a vote; they join an outage once it stands. */
const SLOW = minutes(15);
const REMEMBERED = hours(48);
const NOBODY: readonly string[] = [];

/** One site's watch: when most devices behind one agent, or of the site, fall silent within minutes, that is one cause. */
export class OutageWatch implements SilenceWatch {
  revision = 0;
  readonly peers = new PeerLevels();
  readonly #site: Group;
  readonly #agents = new Map<string, Group>();
  readonly #members = new Map<string, Member>();
  #changed = new Set<string>();

  constructor(site: string) {
    this.#site = new Group(`site:${site}`);
  }

  known(device: WatchedDevice, limit: Millis): void {
    const key = keyOf(device);
    const old = this.#members.get(key);
    const group = this.#groupOf(device.agent);
    if (old !== undefined && old.group === group) {
      old.limit = limit;
      return;
    }
    if (old !== undefined) old.group.members.delete(key);
    const member: Member = { device, group, limit, since: old?.since };
    this.#members.set(key, member);
    group.members.set(key, member);
    this.#site.members.set(key, member);
  }

  /** No longer part of the site. */
  forget(device: WatchedDevice): void {
    const key = keyOf(device);
    const member = this.#members.get(key);
    if (member === undefined) return;
    this.#members.delete(key);
    for (const group of [member.group, this.#site]) {
      group.members.delete(key);
      group.recent = group.recent.filter((other) => other !== member);
      for (const outage of group.outages) outage.out.delete(key);
    }
  }

  silent(device: WatchedDevice, since: Instant, now: Instant): void {
    const member = this.#members.get(keyOf(device));
    if (member === undefined || member.since !== undefined) return;
    member.since = since;
    this.#join(member.group, member, now);
    const isWholeSite = member.group.members.size === this.#site.members.size;
    if (member.group !== this.#site && !isWholeSite) this.#join(this.#site, member, now);
  }

  heard(device: WatchedDevice, at: Instant): void {
    const key = keyOf(device);
    const member = this.#members.get(key);
    if (member?.since === undefined) return;
    member.since = undefined;
    for (const group of [member.group, this.#site]) {
      group.recent = group.recent.filter((other) => other !== member);
      const outage = group.open;
      if (outage === undefined || !outage.out.delete(key)) continue;
      if (outage.out.size <= outage.members.size * (1 - SHARE)) outage.to = at;
    }
  }

  causeOf(device: WatchedDevice, since: Instant): OutageCause | undefined {
    const key = keyOf(device);
    const member = this.#members.get(key);
    if (member === undefined) return undefined;
    for (const group of [this.#site, member.group]) {
      for (const outage of group.outages) {
        if (!outage.members.has(key) || !belongs(outage, since, member.limit)) continue;
        return {
          cause: outage.cause,
          devices: outage.members.size,
          rooms: roomsOf(outage).size,
          confidence: Math.min(0.99, 0.9 + outage.members.size / 100),
        };
      }
    }
    return undefined;
  }

  /** Rooms (`site/room`) whose findings changed their kind or cause since the last call: judge them again. */
  takeChanged(): Iterable<string> {
    if (this.#changed.size === 0) return NOBODY;
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  #groupOf(agent: string | undefined): Group {
    if (agent === undefined) return this.#site;
    let group = this.#agents.get(agent);
    if (group === undefined) {
      group = new Group(`agent:${agent}`);
      this.#agents.set(agent, group);
    }
    return group;
  }

  #join(group: Group, member: Member, now: Instant): void {
    const since = member.since as number;
    const open = group.open;
    if (open !== undefined && belongs(open, since, member.limit)) {
      this.#take(open, member);
      return;
    }
    if (member.limit > SLOW) return;
    if (group.recent.length === 0 || Math.abs(since - group.recentSince) > TOGETHER / 2) {
      group.recent = group.recent.filter((other) => Math.abs((other.since as number) - since) <= TOGETHER);
      group.recentSince = since;
      group.countAt = FEWEST;
    }
    group.recent.push(member);
    if (group.recent.length < group.countAt) return;
    const needed = SHARE * this.#voters(group, since);
    const isOneAgent = group === this.#site && agentsOf(group.recent) === 1 && member.device.agent !== undefined;
    if (group.recent.length < needed || isOneAgent) {
      group.countAt = Math.max(group.recent.length + 1, Math.ceil(needed));
      return;
    }
    this.#begin(group, now);
  }

  /** Devices that could have fallen silent now: fast enough to show it, and not silent long before. */
  #voters(group: Group, since: number): number {
    let voters = 0;
    for (const member of group.members.values()) {
      if (member.limit <= SLOW && (member.since === undefined || member.since >= since - TOGETHER)) voters += 1;
    }
    return voters;
  }

  #begin(group: Group, now: Instant): void {
    const from = median(group.recent.map((member) => member.since as number));
    const outage: Outage = { cause: group.cause, from, members: new Map(), out: new Set() };
    while (group.outages[0]?.to !== undefined && group.outages[0].to < now - REMEMBERED) group.outages.shift();
    group.outages.push(outage);
    for (const member of group.recent) this.#take(outage, member);
    group.recent = [];
    group.countAt = FEWEST;
  }

  #take(outage: Outage, member: Member): void {
    const key = keyOf(member.device);
    outage.members.set(key, member);
    outage.out.add(key);
    this.#changed.add(member.device.room);
    this.revision += 1;
  }
}

const keyOf = (device: WatchedDevice): string => `${device.room}/${device.device}`;

const belongs = (outage: Outage, since: number, limit: Millis): boolean =>
  since >= outage.from - Math.max(TOGETHER, limit > SLOW ? limit : 0) && since <= (outage.to ?? Infinity);

const roomsOf = (outage: Outage): Set<string> =>
  new Set([...outage.members.values()].map((member) => member.device.room));

const agentsOf = (members: readonly Member[]): number => new Set(members.map((member) => member.device.agent)).size;

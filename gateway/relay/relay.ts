import { type Bus, matches, type Message } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { withoutCovered } from "#contract/filters.ts";
import type { Log } from "#contract/log.ts";
import { filterOf, isRemoval, parsePayload, parseTopic } from "#contract/wire.ts";
import type { Claims } from "../claims/claims.ts";
import type { VendorMessage } from "../translate/translation.ts";
import { translators } from "../translate/translators.ts";
import { mapName, type SubscriptionMap } from "./config.ts";
import { CustomTranslator } from "../translate/custom/custom.ts";
import { HostState, hostWill } from "./host-state.ts";
import { MapRelay, type Reader } from "./map-relay.ts";
import type { StoreReading } from "./voice.ts";

/** The vendor's side of a map. */
export interface VendorLink {
  bus: Bus;
  /** Whether live messages come through `Relay.offer`, before the broker acknowledges them; else by subscription. */
  isOffered: boolean;
  close(): Promise<void>;
}

interface Will {
  topic: string;
  payload: string;
  qos: 0 | 1;
  retain: boolean;
}

export interface RelayOptions {
  maps: readonly SubscriptionMap[];
  /** The site of maps that name none. */
  site?: string | undefined;
  /** Greenroom's wire. */
  wire: Bus;
  /** Opens a map's own broker, or Greenroom's for vendor messages. Resolves also while that cannot be reached. */
  link(map: SubscriptionMap, will: Will | undefined): Promise<VendorLink>;
  /** Stores a reading where the recorder does not hear it on the wire. */
  record?: StoreReading | undefined;
  claims: Claims;
  /** Whether a site is this gateway's. */
  isMine(site: string): boolean;
  clock: Clock;
  log: Log;
}

export interface Relay {
  /** A vendor's message, as the embedded broker takes it in. Resolves once everything it says is stored. */
  offer(message: VendorMessage): Promise<void> | undefined;
  stats(): Record<string, number>;
  stop(): Promise<void>;
}

interface Running {
  map: SubscriptionMap;
  filters: readonly string[];
  relay: MapRelay;
  link: VendorLink | undefined;
  host: HostState | undefined;
}

/** How often gear reports of which nothing is known, until it has shown it. */
const CUSTOM_EVERY_S = 600;

/** Sites of maps have to be known: an installer's fault, told at the start. */
function siteOf(map: SubscriptionMap, site: string | undefined): string {
  const found = map.site ?? site;
  if (found === undefined)
    throw new GreenroomError(
      "CONFIG_INVALID",
      `translate: ${mapName(map)} names no site, and the configuration has none`,
    );
  return found;
}

export const filtersOf = (map: SubscriptionMap): string[] => {
  const own = typeof map.filter === "string" ? [map.filter] : map.filter;
  const filters = translators.find(({ name }) => name === map.vendor)?.filters ?? [];
  const usual = map.base === undefined ? filters : filters.map((filter) => based(filter, map.base ?? ""));
  return withoutCovered(own ?? usual);
};

const based = (filter: string, base: string): string => [base, ...filter.split("/").slice(1)].join("/");

function readerOf(map: SubscriptionMap, clock: Clock): Reader {
  const { zone, base, mapping } = map;
  if (mapping !== undefined) {
    const custom = new CustomTranslator(mapping, { clock, zone });
    return {
      title: mapName(map),
      every_s: CUSTOM_EVERY_S,
      read: (message) => custom.read(message),
      stop: () => custom.stop(),
    };
  }
  const found = translators.find(({ name }) => name === map.vendor);
  if (found === undefined) throw new GreenroomError("CONFIG_INVALID", `translate: there is no vendor ${map.vendor}`);
  const { title, every_s, hasSleepers = false } = found;
  const read = found.start({ ...(zone !== undefined && { zone }), ...(base !== undefined && { base }) });
  return { title, every_s, hasSleepers, read };
}

/** Puts vendors' messages onto the wire, map by map. Resolves once what the wire keeps is known; brokers may come later. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { wire, log } = options;
  const running = options.maps.flatMap((map) => {
    const site = siteOf(map, options.site);
    return options.isMine(site) ? [makeRunning({ ...map, site }, options)] : [];
  });
  const ends = await hearWire(wire, running);
  for (const { relay } of running) relay.begin();
  let isStopped = false;
  const opening = running.map((each) =>
    open(each, options, () => isStopped).catch((error: unknown) => {
      if (!isStopped) log.error({ map: each.relay.name, why: messageOf(error) }, "a subscription map cannot listen");
    }),
  );
  return {
    // Not acknowledged by a gateway that stops: it comes again.
    offer: (message) =>
      isStopped && running.length > 0
        ? Promise.reject(new GreenroomError("LINK_DOWN", "the gateway stops"))
        : offer(running, message),
    stats: () => Object.fromEntries(running.flatMap(({ relay }) => figuresOf(relay))),
    async stop() {
      if (isStopped) return;
      isStopped = true;
      for (const { host, link } of running) {
        await host?.stop();
        await link?.close();
      }
      await Promise.all(opening);
      for (const { relay } of running) await relay.stop();
      for (const end of ends) await end();
    },
  };
}

function makeRunning(map: SubscriptionMap & { site: string }, options: RelayOptions): Running {
  const { wire, record, claims, clock, log } = options;
  const running: Running = {
    map,
    filters: filtersOf(map),
    relay: new MapRelay({
      map,
      reader: readerOf(map, clock),
      wire,
      record,
      claims,
      ask: (topic, payload) =>
        void running.link?.bus.publish(topic, payload).catch((error: unknown) => {
          log.debug({ map: mapName(map), topic, why: messageOf(error) }, "a device could not be asked");
        }),
      clock,
      log,
    }),
    link: undefined,
    host: undefined,
  };
  return running;
}

function offer(running: readonly Running[], message: VendorMessage): Promise<void> | undefined {
  const stored = running.flatMap(({ filters, link, relay }) =>
    link?.isOffered === true && filters.some((filter) => matches(filter, message.topic))
      ? (relay.take(message) ?? [])
      : [],
  );
  return stored.length === 0 ? undefined : Promise.all(stored).then(() => undefined);
}

/** What earlier runs left on the wire of these maps, and what the recorder says of them from now on. */
async function hearWire(wire: Bus, running: readonly Running[]): Promise<(() => Promise<void>)[]> {
  const byName = new Map(running.map(({ relay }) => [relay.name, relay]));
  const take = (message: Message): void => {
    const topic = parseTopic(message.topic);
    if (topic === undefined || isRemoval(message)) return;
    if (topic.kind === "deviceState") {
      const parsed = parsePayload("deviceState", message.payload);
      const relay = parsed.ok ? byName.get(parsed.value.agent ?? "") : undefined;
      if (parsed.ok && message.retained)
        relay?.restoreState({ site: topic.site, room: topic.room ?? "", device: topic.device ?? "" }, parsed.value);
    } else if (topic.kind === "unclaimed") {
      const relay = byName.get(topic.agent ?? "");
      const parsed = relay?.site === topic.site ? parsePayload("unclaimed", message.payload) : undefined;
      if (parsed?.ok === true && message.retained) relay?.restoreUnclaimed(parsed.value);
    } else if (topic.kind === "committed") byName.get(topic.agent ?? "")?.committed(message.payload);
  };
  if (running.length === 0) return [];
  const found = [
    await wire.subscribe(filterOf("deviceState"), take),
    await wire.subscribe(filterOf("unclaimed"), take),
  ];
  const ends = [await wire.subscribe(filterOf("committed"), take)];
  await wire.settled();
  for (const end of found) await end();
  return ends;
}

async function open(each: Running, options: RelayOptions, isStopped: () => boolean): Promise<void> {
  const { map, relay, filters } = each;
  const at = options.clock.now();
  const link = await options.link(map, map.host_id === undefined ? undefined : hostWill(map.host_id, at));
  if (isStopped()) return link.close();
  each.link = link;
  link.bus.onLink((isUp) => relay.linked(isUp));
  relay.linked(link.bus.connected);
  /** Where the broker keeps a session for us it is acknowledged once it is stored; what cannot be stored now comes again. */
  const take = (message: Message): Promise<void> | undefined => {
    // What comes live was offered before it was acknowledged.
    if (link.isOffered && !message.retained) return undefined;
    return relay.take(message)?.catch(() => new Promise<never>(() => {}));
  };
  // At once: what the session has kept waits for the handlers of all of them.
  await Promise.all(
    filters.map((filter) =>
      link.bus.subscribe(filter, take as (message: Message) => void).catch((error: unknown) => {
        if (!isStopped()) relay.refused(filter, messageOf(error));
      }),
    ),
  );
  if (map.host_id === undefined || isStopped()) return;
  each.host = new HostState(map.host_id, at, link.bus);
  await each.host.start();
}

const figuresOf = (relay: MapRelay): [string, number][] =>
  Object.entries(relay.stats()).map(([name, value]) => [`${relay.name.replaceAll("-", "_")}_${name}`, value]);

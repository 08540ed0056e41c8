import type { Bus, Message } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { GATEWAY_AGENT } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import { parseReading } from "#contract/parse-reading.ts";
import {
  filterOf,
  isRemoval,
  type Kind,
  parsePayload,
  parseTopic,
  type Payload,
  publish,
  type Topic,
  unpublish,
} from "#contract/wire.ts";
import { startBuildingHook } from "./announce/building-hook.ts";
import type { AnnounceConfig } from "./announce/config.ts";
import { type AlertsConfig, dailyListTime, policyOf } from "./alerts/config.ts";
import { Brain } from "./brain.ts";
import type { NotifyConfig } from "./notify/config.ts";
import { startNotifier } from "./notify/notifier.ts";
import { Pulse } from "./pulse.ts";
import { Claims } from "./claims/claims.ts";
import { Strangers } from "./claims/strangers.ts";
import { mapName, type SubscriptionMap } from "./relay/config.ts";
import { type RelayOptions, startRelay } from "./relay/relay.ts";
import type { VendorMessage } from "./translate/translation.ts";

export interface GatewayOptions {
  bus: Bus;
  /**
   * A link of its own for what people decide about alerts, whose session the broker keeps while this gateway is away: nobody
   * says it twice. Closed when the gateway stops. Without it replies come over `bus`.
   */
  replies?: Bus;
  clock: Clock;
  log: Log;
  notify: NotifyConfig;
  /** What calls cost, and when people are told. */
  alerts?: AlertsConfig;
  /** Where the screens are, for links in messages. */
  publicUrl?: string;
  /** The share of the sites to take: `index` from 1. */
  shard?: { index: number; of: number };
  /** What is said to door signs and home automation; nothing without it. */
  announce?: AnnounceConfig;
  /** Vendors' own MQTT, put onto the wire. */
  translate?: {
    maps: readonly SubscriptionMap[];
    site?: string | undefined;
    link: RelayOptions["link"];
  };
  /** Stores a reading that the gateway itself says: needed with the embedded broker, whose recorder hears only its network clients. */
  record?: RelayOptions["record"];
  /** Told where a room's card names no zone that is known. */
  zone?: string;
}

export interface Gateway {
  /** A vendor's message, as the embedded broker takes it in. Resolves once everything it says is stored. */
  offer(message: VendorMessage): Promise<void> | undefined;
  stop(): Promise<void>;
  stats(): Record<string, number>;
}

/** Kinds that the broker keeps: they restore the gateway, and come before the first judgement. */
const RETAINED = [
  "memory",
  "card",
  "demos",
  "maintenance",
  "deviceState",
  "agentState",
  "alert",
  "siteMemory",
] as const;

/**
 * Judges every room of the wire: readings, cards and demos in, verdicts, forecasts and alerts out. It restarts from the
 * broker's retained messages alone, and judges a room only when something about it changes or its own next moment comes.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { bus, clock, log } = options;
  const counts = { readings: 0, refused: 0, publish_failed: 0 };
  const fail = (error: unknown): void => {
    counts.publish_failed += 1;
    log.warn({ error: messageOf(error) }, "could not publish");
  };
  const notifier = startNotifier(options.notify, {
    clock,
    log,
    ...(options.publicUrl !== undefined && { publicUrl: options.publicUrl }),
  });
  const target = options.announce?.webhook;
  const hook = target === undefined ? undefined : startBuildingHook(target, { clock, log });
  const dailyList = dailyListTime(options.alerts ?? {});
  const brain = new Brain({
    clock,
    log,
    notifier,
    say: (kind, address, payload) => publish(bus, kind, address, payload),
    unsay: (kind, address) => unpublish(bus, kind, address),
    failed: fail,
    policy: policyOf(options.alerts ?? {}),
    ...(dailyList !== undefined && { dailyList }),
    ...(options.announce !== undefined && {
      announce: {
        config: options.announce,
        hook,
        raw: (topic: string, payload: string) => bus.publish(topic, payload, { qos: 1, retain: true }),
      },
    }),
    ...(options.zone !== undefined && { zone: options.zone }),
  });
  const pulse = new Pulse({ bus, clock, failed: fail });
  const claims = new Claims();
  const strangers = new Strangers({
    wire: bus,
    record: options.record,
    claims,
    maps: new Set(options.translate?.maps.map(mapName)),
    clock,
    log,
    failed: fail,
  });

  const take = (message: Message): void => {
    const topic = parseTopic(message.topic);
    if (topic === undefined || !isMine(topic.site, options.shard)) return;
    if (topic.kind === "card") {
      pulse.add(topic.site);
      takeClaims(topic, message);
    }
    if (topic.kind === "reading") {
      const parsed = parseReading(message.payload);
      if (!parsed.ok) counts.refused += 1;
      else {
        counts.readings += 1;
        if (!strangers.hear(topic, parsed.value, parsed.at)) brain.reading(topic, parsed);
      }
    } else if (topic.kind === "deviceState") takeState(topic, message);
    else if (isRemoval(message)) brain.removed(topic);
    else takeOther(message, topic);
  };

  const takeState = (topic: Topic, message: Message): void => {
    const parsed = isRemoval(message) ? undefined : parsePayload("deviceState", message.payload);
    if (parsed?.ok !== false && strangers.hearState(topic, parsed?.value)) return;
    if (parsed === undefined) brain.removed(topic);
    else takeOther(message, topic);
  };

  const takeOwn = ({ topic: name, payload, retained }: Message): void => {
    const topic = parseTopic(name);
    if (topic === undefined || payload.length === 0 || !isMine(topic.site, options.shard)) return;
    if (topic.kind === "committed") strangers.committed(payload);
    const list = topic.kind === "unclaimed" && retained ? parsePayload("unclaimed", payload) : undefined;
    if (list?.ok === true) strangers.restore(topic.site, list.value);
  };

  const takeClaims = ({ site, room = "" }: Topic, message: Message): void => {
    const parsed = isRemoval(message) ? undefined : parsePayload("card", message.payload);
    if (parsed?.ok !== false) claims.take(site, room, parsed?.value);
  };

  const takeOther = (message: Message, topic: Topic): void => {
    brain.take(topic, message.retained, <K extends Kind>(kind: K): Payload<K> | undefined => {
      const parsed = parsePayload(kind, message.payload);
      if (parsed.ok) return parsed.value;
      counts.refused += 1;
      log.warn({ topic: message.topic, code: parsed.code, where: parsed.where, why: parsed.why }, "message left out");
      return undefined;
    });
  };

  /** Replies wait until the alerts that they are about have come back. */
  let early: Message[] | undefined = [];
  const takeReply = (message: Message): void => void (early === undefined ? take(message) : early.push(message));

  const ends: (() => Promise<void>)[] = [];
  for (const kind of [...RETAINED, "reading", "result"] as const) ends.push(await bus.subscribe(filterOf(kind), take));
  const replies = options.replies ?? bus;
  const endReplies = await replies.subscribe(filterOf("reply"), takeReply);
  // Only what an earlier run left behind: its own words need not come back to it.
  const endsFound = [await bus.subscribe(filterOf("readiness"), take), await bus.subscribe(filterOf("nudge"), take)];
  endsFound.push(await bus.subscribe(ownFilter("unclaimed"), takeOwn));
  ends.push(await bus.subscribe(ownFilter("committed"), takeOwn));
  await bus.settled();
  for (const end of endsFound) await end();
  strangers.begin();
  const relay = await startRelay({
    ...(options.translate ?? { maps: [], link: () => Promise.reject(new Error("no map")) }),
    wire: bus,
    record: options.record,
    claims,
    isMine: (site) => isMine(site, options.shard),
    clock,
    log,
  });
  brain.begin();
  const waiting = early;
  early = undefined;
  for (const reply of waiting) take(reply);
  // A broker that was away may have lost what it kept; those who come to it next must find it.
  const unlink = bus.onLink((isConnected) => {
    if (isConnected) brain.tellAgain();
  });

  const building = (): Record<string, number> =>
    Object.fromEntries(Object.entries(hook?.stats() ?? {}).map(([name, n]) => [`building_webhook_${name}`, n]));
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    unlink();
    // Not unsubscribed from: the broker keeps what comes from now on for whoever takes this share over.
    await (options.replies === undefined ? endReplies() : options.replies.close());
    await relay.stop();
    strangers.stop();
    for (const end of ends) await end();
    await pulse.stop();
    await brain.stop();
    await hook?.stop();
    await notifier.stop();
  };
  return {
    stop: () => (stopping ??= stop()),
    stats: () => ({ ...counts, ...brain.stats(), ...building(), ...strangers.stats(), ...relay.stats() }),
    offer: (message) => relay.offer(message),
  };
}

const ownFilter = (kind: Kind): string => filterOf(kind).replace("agents/+", `agents/${GATEWAY_AGENT}`);

/** Whether a site belongs to this share: FNV-1a of its name, so that every gateway agrees. */
export function isMine(site: string, shard: { index: number; of: number } | undefined): boolean {
  if (shard === undefined || shard.of <= 1) return true;
  let hash = 0x811c9dc5;
  for (let i = 0; i < site.length; i++) hash = Math.imul(hash ^ site.charCodeAt(i), 0x01000193) >>> 0;
  return (hash % shard.of) + 1 === shard.index;
}

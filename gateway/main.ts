import type { Bus, Message } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
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
import { AlertDesk } from "./alerts/desk.ts";
import { House } from "./judge/house.ts";
import type { NotifyConfig } from "./notify/config.ts";
import { startNotifier } from "./notify/notifier.ts";
import { GATEWAY_AGENT, parseRoomKey } from "#contract/ids.ts";
import { Pulse } from "./pulse.ts";

export interface GatewayOptions {
  bus: Bus;
  clock: Clock;
  log: Log;
  notify: NotifyConfig;
  /** Where the screens are, for links in messages. */
  publicUrl?: string;
  /** The share of the sites to take: `index` from 1. */
  shard?: { index: number; of: number };
  /** Told where a room's card names no zone that is known. */
  zone?: string;
}

export interface Gateway {
  stop(): Promise<void>;
  stats(): Record<string, number>;
}

/** Kinds that the broker keeps: they restore the gateway, and come before the first judgement. */
const RETAINED = ["memory", "card", "demos", "maintenance", "deviceState", "agentState", "alert"] as const;
const LIVE = ["reading", "reply"] as const;

/**
 * Judges every room of the wire: readings, cards and demos in, verdicts, forecasts and alerts out. It restarts from the
 * broker's retained messages alone, and judges a room only when something about it changes or its own next moment comes.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { bus, clock, log } = options;
  const counts = { readings: 0, refused: 0, publish_failed: 0, failed: 0 };
  const fail = (error: unknown): void => {
    counts.publish_failed += 1;
    log.warn({ error: messageOf(error) }, "could not publish");
  };
  const notifier = startNotifier(options.notify, {
    clock,
    log,
    ...(options.publicUrl !== undefined && { publicUrl: options.publicUrl }),
  });
  const desk = new AlertDesk({
    clock,
    log,
    notifier,
    publish: (key, alert) => publish(bus, "alert", { ...parseRoomKey(key), id: alert.id }, alert),
    remove: (key, id) => unpublish(bus, "alert", { ...parseRoomKey(key), id }),
  });
  const house = new House({
    clock,
    ...(options.zone !== undefined && { zone: options.zone }),
    orphaned: (site, room) => void unpublish(bus, "readiness", { site, room }).catch(fail),
    failed: ({ key }, error) => {
      counts.failed += 1;
      log.error({ room: key, error: messageOf(error) }, "a room could not be judged");
    },
    publish: ({ site, room }, readiness) => void publish(bus, "readiness", { site, room }, readiness).catch(fail),
    remember: ({ site, room }, memory) => void publish(bus, "memory", { site, room }, memory).catch(fail),
    forget: ({ site, room }) => {
      for (const kind of ["readiness", "memory"] as const) void unpublish(bus, kind, { site, room }).catch(fail);
    },
    judged: (room, readiness) => {
      if (room.card === undefined) return;
      const { site, card, demos, windows } = room;
      desk.consider({ site, room: room.room, card, demos: [...demos], windows: [...windows], readiness });
    },
  });

  const pulse = new Pulse({ bus, clock, failed: fail });

  const take = (message: Message): void => {
    const topic = parseTopic(message.topic);
    if (topic === undefined || !isMine(topic.site, options.shard) || topic.agent === GATEWAY_AGENT) return;
    if (topic.kind === "card") pulse.add(topic.site);
    if (topic.kind === "reading") {
      const parsed = parseReading(message.payload);
      if (!parsed.ok) counts.refused += 1;
      else {
        counts.readings += 1;
        house.reading({ site: topic.site, room: topic.room ?? "" }, topic.device ?? "", parsed);
      }
    } else if (isRemoval(message)) house.removed(topic);
    else takeOther(message, topic);
  };

  const takeOther = (message: Message, topic: Topic): void => {
    const read = <K extends Kind>(kind: K): Payload<K> | undefined => {
      const parsed = parsePayload(kind, message.payload);
      if (parsed.ok) return parsed.value;
      counts.refused += 1;
      log.warn({ topic: message.topic, code: parsed.code, where: parsed.where, why: parsed.why }, "message left out");
      return undefined;
    };
    const key = `${topic.site}/${topic.room ?? ""}`;
    if (topic.kind === "alert") {
      const alert = message.retained ? read("alert") : undefined;
      if (alert !== undefined) desk.restore(key, alert);
    } else if (topic.kind === "reply") {
      const reply = read("reply");
      if (reply !== undefined) desk.reply(key, topic.id ?? "", reply);
    } else if (topic.kind === "readiness") house.foundReadiness(topic.site, topic.room ?? "");
    else house.take(topic, message.retained, read);
  };

  const ends: (() => Promise<void>)[] = [];
  for (const kind of [...RETAINED, ...LIVE]) ends.push(await bus.subscribe(filterOf(kind), take));
  // Only what an earlier run left behind: its own words need not come back to it.
  const endFound = await bus.subscribe(filterOf("readiness"), take);
  await bus.settled();
  await endFound();
  house.begin();
  // A broker that was away may have lost what it kept; those who come to it next must find it.
  const unlink = bus.onLink((isConnected) => {
    if (!isConnected) return;
    desk.tellAgain();
    house.tellAgain();
  });

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    unlink();
    for (const end of ends) await end();
    await pulse.stop();
    house.stop();
    await desk.stop();
    await notifier.stop();
  };
  return {
    stop: () => (stopping ??= stop()),
    stats: () => ({ ...counts, ...house.stats(), ...prefixed("alerts", desk.stats()) }),
  };
}

const prefixed = (prefix: string, stats: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(stats).map(([name, value]) => [`${prefix}_${name}`, value]));

/** Whether a site belongs to this share: FNV-1a of its name, so that every gateway agrees. */
export function isMine(site: string, shard: { index: number; of: number } | undefined): boolean {
  if (shard === undefined || shard.of <= 1) return true;
  let hash = 0x811c9dc5;
  for (let i = 0; i < site.length; i++) hash = Math.imul(hash ^ site.charCodeAt(i), 0x01000193) >>> 0;
  return (hash % shard.of) + 1 === shard.index;
}

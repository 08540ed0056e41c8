import { silentLog } from "#contract/log.ts";
import type { Alert } from "#contract/messages/alert.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import { earlier, type Instant, type Millis, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import type { Kind, Payload } from "#contract/wire.ts";
import type { AlertPolicy } from "#gateway/alerts/policy.ts";
import { Brain } from "#gateway/brain.ts";
import { Pace } from "./pace.ts";
import { type PastPlans, type PastReply, type PastWord, repliesOf } from "./past-plans.ts";
import type { PastReading, PastReadings } from "./past-readings.ts";
import { RecordingNotifier, type ToldMessage } from "./recording-notifier.ts";

export interface PastRun {
  site: string;
  from: Instant;
  to: Instant;
  /** So long before `from` the gateway already runs, so that it knows its rooms. */
  warmUp: Millis;
  readings: PastReadings;
  plans: PastPlans;
  policy: Partial<AlertPolicy>;
  onProgress?: (at: Instant) => void;
}

/** An alert, as it would have been and as it was. */
export interface AlertThen {
  id: string;
  room: string;
  name: string;
  floor: string;
  zone: string;
  cause: string;
  title: string;
  sentence: string;
  visits: { demo: string; title: string; arrival: string }[];
  /** By today's rules; absent where nothing would be raised. */
  by_these_rules?: { raised_at: string; act_by: string; p_ready: number };
  /** As it was; absent where nothing was raised. */
  as_it_was?: { raised_at: string; act_by: string };
}

export interface PastResult {
  site: string;
  from: string;
  to: string;
  warm_up_from: string;
  rooms: number;
  readings: number;
  visits: number;
  messages: ToldMessage[];
  alerts: AlertThen[];
  /** How often something was held back by today's rules, by reason. */
  held: Record<string, number>;
}

const SETTLE_EVERY = 1_000;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Runs a recorded span through today's gateway, the very code that runs live, in virtual time: what would have been told,
 * to whom, and when. Agents' births and deaths are not recorded, so a dead agent shows as silent devices; gear is not tried out.
 */
export async function runPast(options: PastRun): Promise<PastResult> {
  const { site, from, to, plans, readings } = options;
  const start = earlier(from, options.warmUp);
  const clock = new VirtualClock(start);
  const notifier = new RecordingNotifier(clock, from, new Map(plans.rooms.map((room) => [room.key, room.card])));
  const raised = new Map<string, { room: string; alert: Alert }>();
  const brain = new Brain({
    clock,
    log: silentLog,
    isForOnce: true,
    notifier,
    policy: options.policy,
    failed: () => {},
    unsay: () => Promise.resolve(),
    say: (kind, address, payload) => {
      if (kind === "alert") raised.set((payload as Alert).id, { room: address.room ?? "", alert: payload as Alert });
      return Promise.resolve();
    },
  });
  const before = await plans.alerts(start, to);
  const stage = new Stage({ brain, clock, plans, site, replies: repliesOf(before).filter((one) => one.at >= start) });
  await stage.open();
  let count = 0;
  for await (const reading of readings.between(start, to)) {
    await stage.moveTo(reading.at);
    stage.hear(reading);
    count += 1;
    options.onProgress?.(reading.at);
  }
  await stage.moveTo(to);
  const stats = brain.stats();
  await brain.stop();
  return {
    site,
    from: rfc3339(from),
    to: rfc3339(to),
    warm_up_from: rfc3339(start),
    rooms: plans.rooms.length,
    readings: count,
    visits: stage.visits.size,
    messages: notifier.messages,
    alerts: compared(raised, before, { from, to, plans }),
    held: heldOf(stats),
  };
}

interface StageParts {
  brain: Brain;
  clock: VirtualClock;
  plans: PastPlans;
  site: string;
  replies: readonly PastReply[];
}

/** Lets the past come to the gateway in its own order: plans, replies, readings. */
class Stage {
  readonly visits = new Set<string>();
  readonly #parts: StageParts;
  readonly #pace: Pace;
  #reply = 0;
  #settledAt = 0;

  constructor(parts: StageParts) {
    this.#parts = parts;
    const devices = parts.plans.rooms.flatMap(({ room, card }) =>
      card.devices.map((device) => [`${room}/${device.device}`, device] as const),
    );
    this.#pace = new Pace(new Map(devices));
  }

  async open(): Promise<void> {
    const { brain, plans, clock } = this.#parts;
    for (const { site, room, card } of plans.rooms) {
      // Nobody is there who would try gear out.
      const devices = card.devices.map((device) => ({ ...device, control: false }));
      this.#say({ kind: "card", address: { site, room }, payload: { ...card, devices } }, true);
    }
    for (const word of await plans.due(clock.now())) this.#say(word, true);
    brain.begin();
    await settle();
  }

  hear(reading: PastReading): void {
    const { brain, site } = this.#parts;
    const { room, device, at, metrics } = reading;
    const intervals_s = this.#pace.take(reading);
    if (intervals_s !== undefined) {
      const state = { at: rfc3339(at), state: "online" as const, intervals_s };
      this.#say({ kind: "deviceState", address: { site, room, device }, payload: state });
    }
    brain.reading({ kind: "reading", site, room, device }, { at, value: { at: rfc3339(at), metrics } });
  }

  /** Comes to an instant by way of everything that is due before it. */
  async moveTo(to: Instant): Promise<void> {
    const { clock, plans, replies } = this.#parts;
    for (;;) {
      const next = Math.min(
        plans.next ?? Number.POSITIVE_INFINITY,
        replies[this.#reply]?.at ?? Number.POSITIVE_INFINITY,
      );
      if (next > to) break;
      await this.#advance(next as Instant);
      for (; (replies[this.#reply]?.at ?? Number.POSITIVE_INFINITY) <= next; this.#reply += 1)
        this.#answer(replies[this.#reply] as PastReply);
      for (const word of await plans.due(clock.now())) this.#say(word);
    }
    await this.#advance(to);
  }

  /** Timers and what they promise come to rest before anything later happens. */
  async #advance(to: Instant): Promise<void> {
    const { clock } = this.#parts;
    for (let due = clock.nextDue; due !== undefined && due <= to; due = clock.nextDue) {
      clock.advanceTo(due);
      if (due - this.#settledAt >= SETTLE_EVERY) await this.#settle(due);
    }
    clock.advanceTo(to);
    if (to - this.#settledAt >= SETTLE_EVERY) await this.#settle(to);
  }

  async #settle(at: Instant): Promise<void> {
    this.#settledAt = at;
    await settle();
  }

  #answer({ room, id, reply }: PastReply): void {
    const { site } = this.#parts;
    this.#say({ kind: "reply", address: { site, room, id }, payload: reply });
  }

  #say(word: PastWord, retained = false): void {
    if (word.kind === "demos") for (const demo of (word.payload as Payload<"demos">).demos) this.visits.add(demo.id);
    const read = <K extends Kind>(kind: K): Payload<K> | undefined =>
      kind === word.kind ? (word.payload as Payload<K>) : undefined;
    this.#parts.brain.take({ kind: word.kind, ...word.address }, retained, read);
  }
}

/** Every alert that today's rules or those of then would raise in the span. */
function compared(
  today: ReadonlyMap<string, { room: string; alert: Alert }>,
  then: readonly { key: string; alert: Alert }[],
  { from, to, plans }: { from: Instant; to: Instant; plans: PastPlans },
): AlertThen[] {
  const isWithin = ({ raised_at }: Alert): boolean => Date.parse(raised_at) >= from && Date.parse(raised_at) < to;
  const cards = new Map(plans.rooms.map(({ room, card }) => [room, card]));
  const described = (alert: Alert, room: string): AlertThen => describe(alert, room, cards.get(room));
  const found = new Map<string, AlertThen>();
  for (const { room, alert } of today.values()) {
    if (!isWithin(alert)) continue;
    const { raised_at, act_by, p_ready } = alert;
    found.set(alert.id, { ...described(alert, room), by_these_rules: { raised_at, act_by, p_ready } });
  }
  for (const { key, alert } of then) {
    const known = found.get(alert.id);
    if (known === undefined && !isWithin(alert)) continue;
    const { raised_at, act_by } = alert;
    const base = known ?? described(alert, key.slice(key.indexOf("/") + 1));
    found.set(alert.id, { ...base, as_it_was: { raised_at, act_by } });
  }
  const at = ({ by_these_rules: now, as_it_was: before }: AlertThen): string =>
    now?.raised_at ?? before?.raised_at ?? "";
  return [...found.values()].toSorted((a, b) => (at(a) < at(b) ? -1 : 1));
}

function describe(alert: Alert, room: string, card: RoomCard | undefined): AlertThen {
  const { id, cause, title, sentence } = alert;
  const { name = room, floor = "", zone = "UTC" } = card ?? {};
  return { id, room, name, floor, zone, cause, title, sentence, visits: visitsOf(alert) };
}

function visitsOf({ members, demo, demo_title, arrival }: Alert): AlertThen["visits"] {
  if (members !== undefined) return members.map((one) => ({ demo: one.demo, title: one.title, arrival: one.arrival }));
  return demo === undefined ? [] : [{ demo, title: demo_title ?? "", arrival: arrival ?? "" }];
}

const HELD = /^alerts_held_(.+)_total$/;
const heldOf = (stats: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(stats).flatMap(([name, count]) => {
      const reason = HELD.exec(name)?.[1];
      return reason === undefined || count === 0 ? [] : [[reason.replaceAll("_", "-"), count]];
    }),
  );

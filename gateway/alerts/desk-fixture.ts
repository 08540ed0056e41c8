import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import { Alert, type AlertReply, type Alternative } from "#contract/messages/alert.ts";
import type { Cause, CheckResult, DemoReadiness, Evidence } from "#contract/messages/readiness.ts";
import type { Booking, Demo, MaintenanceWindow, RoomCard } from "#contract/messages/room.ts";
import type { Log } from "#contract/log.ts";
import { instant, type Instant, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { isRemoval, parsePayload, parseTopic, publish, topicOf, unpublish } from "#contract/wire.ts";
import { AlertDesk } from "./desk.ts";
import { FakeNotifier } from "./fake-notifier.ts";
import type { Judgement, Member } from "./finding.ts";
import { isStandby } from "./standby.ts";
import type { FindAlternatives } from "./moves.ts";
import type { AlertPolicy } from "./policy.ts";

/** "13:05" or "13:05:30" on the day of the story. */
export const clockTime = (text: string): Instant => {
  const [h = 0, m = 0, s = 0] = text.split(":").map(Number);
  return instant(Date.UTC(2026, 10, 23, h, m, s));
};
export const wireTime = (text: string): string => rfc3339(clockTime(text));

export const harbour: RoomCard = {
  name: "Harbour",
  floor: "12",
  zone: "UTC",
  seats: 8,
  capabilities: ["display"],
  devices: [
    { device: "air", name: "Air sensor", kind: "sensor", agent: "pi-3", upstream: "sw-12", room_air: true },
    { device: "proj-1", name: "Projector", kind: "projector", agent: "pi-3", upstream: "sw-12" },
  ],
};

export const acme: Demo = {
  id: "acme",
  title: "Acme visit",
  account: "Acme",
  start: wireTime("14:00"),
  arrival: wireTime("14:00"),
  end: wireTime("15:00"),
  needs: {},
};

/** Another room for `acme`, as a search finds it. */
export const pine: Alternative = {
  room: "hq/pine",
  name: "pine",
  floor: "12",
  p_ready: 0.95,
  fit: 1,
  storeys: 0,
  displaces: 0,
};

/** A demo like `acme` at other times. */
export const demoAt = (id: string, from: string, to: string): Demo => ({
  ...acme,
  id,
  title: `${id} visit`,
  account: id,
  start: wireTime(from),
  arrival: wireTime(from),
  end: wireTime(to),
});

export interface Trouble {
  cause?: string;
  p?: number;
  p_mended?: number;
  actBy?: string;
  sentence?: string;
  remedy?: string;
  /** The outcome of the check that it spoils, and since when. */
  outcome?: CheckResult["outcome"];
  since?: string;
  interval_s?: number;
}

export const causeOf = ({
  cause = "temperature",
  p = 0.1,
  actBy = "13:10",
  sentence,
  remedy = "heat",
  p_mended,
}: Trouble): Cause => ({
  ...(p_mended !== undefined && { p_mended }),
  cause,
  checks: ["temperature"],
  sentence: sentence ?? "Room is 18.1 °C, needs 20–24",
  p_ready: p,
  act_by: wireTime(actBy),
  steps: [{ remedy, label: "Raise the heating", p50_min: 35, p90_min: 50, act_by: wireTime(actBy) }],
});

function readinessOf(demo: Demo, troubles: readonly Trouble[], at: Instant): DemoReadiness {
  const checks: CheckResult[] = troubles.map((trouble) => ({
    check: "temperature",
    outcome: trouble.outcome ?? "not_ready",
    hard: true,
    code: "X",
    sentence: "x",
    since: wireTime(trouble.since ?? "12:00"),
    lost: 1,
    freshness: 1,
    device: "air",
  }));
  return {
    demo: demo.id,
    start: demo.start,
    arrival: demo.arrival,
    end: demo.end,
    status: "at_risk",
    sentence: "x",
    verdict: { outcome: "not_ready", score: 39, score_hi: 39, confidence: 1, sentence: "x", checks },
    p_ready: Math.min(1, ...troubles.map(({ p = 0.1 }) => p)),
    basis: "prior",
    act_by: rfc3339(at),
    causes: troubles.map(causeOf),
  };
}

export interface RoomState {
  room?: string;
  card?: RoomCard;
  demos?: readonly Demo[];
  bookings?: readonly Booking[];
  windows?: readonly MaintenanceWindow[];
  /** By demo id. */
  troubles?: Readonly<Record<string, readonly Trouble[]>>;
}

/** A desk with its wire, its clock and its contacts: what a story is told with. It can be killed and started again. */
export class DeskStory {
  readonly clock: VirtualClock;
  readonly broker = new MemoryBroker();
  readonly notifier: FakeNotifier;
  readonly policy: Partial<AlertPolicy>;
  /** What else is there for a visit; nothing unless a story says so. */
  alternatives: FindAlternatives = () => [];
  /** Since when a room's panel has been asking for what would help. */
  nudgedSince: Instant | undefined;
  desk: AlertDesk;
  /** Publications in order. */
  readonly wire: Alert[] = [];
  readonly removed: string[] = [];
  /** Messages that left before `sending` was on the wire. */
  readonly tooEarly: string[] = [];
  /** While set, the wire does not answer. */
  wireIsDown = false;
  /** Set: the wire takes until then to answer. */
  wireAnswers: Promise<void> | undefined;
  readonly logged: { level: keyof Log; fields: object; text: string }[] = [];
  #generation = 0;

  constructor(start = "12:00", options: { notifier?: FakeNotifier; policy?: Partial<AlertPolicy> } = {}) {
    this.clock = new VirtualClock(clockTime(start));
    this.notifier = options.notifier ?? new FakeNotifier();
    this.policy = options.policy ?? {};
    this.desk = this.#start();
  }

  #start(): AlertDesk {
    const generation = ++this.#generation;
    const bus = new MemoryBus(this.broker);
    const address = (roomKey: string, id: string): { site: string; room: string; id: string } => {
      const [site = "", room = ""] = roomKey.split("/");
      return { site, room, id };
    };
    /** A killed desk reaches neither wire nor people. */
    const alive = (): Promise<void> => {
      if (generation !== this.#generation) return new Promise(() => {});
      return this.wireIsDown ? Promise.reject(new Error("link down")) : (this.wireAnswers ?? Promise.resolve());
    };
    return new AlertDesk({
      clock: this.clock,
      log: this.#log(),
      policy: this.policy,
      alternatives: (visit) => this.alternatives(visit),
      nudgedSince: () => this.nudgedSince,
      publish: async (roomKey, alert) => {
        await alive();
        this.wire.push(Alert.parse(structuredClone(alert)));
        await publish(bus, "alert", address(roomKey, alert.id), alert);
      },
      remove: async (roomKey, id) => {
        await alive();
        this.removed.push(id);
        await unpublish(bus, "alert", address(roomKey, id));
      },
      notifier: {
        contacts: (level, remedy) => this.notifier.contacts(level, remedy),
        send: async (contact, notice) => {
          if (generation !== this.#generation) return new Promise<void>(() => {});
          const kept = this.#wired().find((alert) => alert.id === notice.alert.id);
          if (!kept?.notifications.some((each) => each.key === notice.key && each.state === "sending"))
            this.tooEarly.push(notice.key);
          return this.notifier.send(contact, notice);
        },
        stop: () => Promise.resolve(),
      },
    });
  }

  #log(): Log {
    const write = (level: keyof Log) => (fields: object, text: string) =>
      void this.logged.push({ level, fields, text });
    return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  }

  /** What somebody else left on the wire, or this desk long ago. */
  async leave(room: string, alert: Alert): Promise<void> {
    await publish(new MemoryBus(this.broker), "alert", { site: "hq", room, id: alert.id }, alert);
  }

  /** As `kill -9` and a start: only what the wire has retained comes back. */
  async restart(): Promise<void> {
    this.desk = this.#start();
    for (const [topic, payload] of this.broker.retained) {
      const address = parseTopic(topic);
      const parsed = parsePayload("alert", payload);
      if (address?.kind === "alert" && parsed.ok) this.desk.restore(`${address.site}/${address.room}`, parsed.value);
    }
    await settle();
  }

  /** Moves time, letting messages come to their end. */
  async until(text: string): Promise<void> {
    await this.clock.advanceToSettled(clockTime(text));
    await settle();
  }

  judgement({
    room = "harbour",
    card = harbour,
    demos = [acme],
    bookings = [],
    windows = [],
    troubles = {},
  }: RoomState = {}): Judgement {
    const now = this.clock.now();
    const evidence: Evidence[] = [
      {
        device: "air",
        metric: "temperature_c",
        kind: "known",
        since: rfc3339(now),
        interval_s: Object.values(troubles).flat()[0]?.interval_s ?? 60,
      },
    ];
    return {
      site: "hq",
      room,
      card,
      demos,
      bookings,
      windows,
      readiness: {
        at: rfc3339(now),
        now: { outcome: "ready", score: 100, score_hi: 100, confidence: 1, sentence: "x", checks: [] },
        demos: demos.map((demo) => readinessOf(demo, troubles[demo.id] ?? [], now)),
        evidence,
        findings: [],
      },
    };
  }

  async judge(state: RoomState = {}): Promise<void> {
    this.desk.consider(this.judgement(state));
    await settle();
  }

  async reply(reply: Partial<AlertReply> & Pick<AlertReply, "reply">, id = this.alert().id): Promise<void> {
    this.desk.reply("hq/harbour", id, { at: rfc3339(this.clock.now()), by: "priya", ...reply });
    await settle();
  }

  /** The alerts that the wire keeps, but for the rooms that are kept in case. */
  alerts(): Alert[] {
    return this.#wired().filter((alert) => !isStandby(alert.cause));
  }
  /** The rooms that are kept in case, each an alert of its own for the host. */
  standbys(): Alert[] {
    return this.#wired().filter((alert) => isStandby(alert.cause));
  }
  #wired(): Alert[] {
    const alerts: Alert[] = [];
    for (const [topic, payload] of this.broker.retained) {
      const parsed = parsePayload("alert", payload);
      if (parseTopic(topic)?.kind === "alert" && !isRemoval({ topic, payload, retained: true }) && parsed.ok)
        alerts.push(parsed.value);
    }
    return alerts;
  }
  /** The only alert on the wire. */
  alert(): Alert {
    const [alert, ...others] = this.alerts();
    if (alert === undefined || others.length > 0) throw new Error(`expected one alert, found ${this.alerts().length}`);
    return alert;
  }
  /** Who was told what, in order: "raised→owner". */
  told(): string[] {
    return this.notifier.sent.map(({ contact, notice }) => `${notice.event}→${contact}`);
  }
  topicOfAlert(): string {
    return topicOf("alert", { site: "hq", room: "harbour", id: this.alert().id });
  }
}

export const settle = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** The visit of noon's stories, as a finding names it. */
export const memberOf = (trouble: Trouble = {}, over: Partial<Member> = {}): Member =>
  ({
    roomKey: "hq/harbour",
    roomName: "Harbour",
    floor: "12",
    zone: "UTC",
    demo: "acme",
    title: "Acme visit",
    account: "Acme",
    arrival: clockTime("14:00"),
    end: clockTime("15:00"),
    actBy: clockTime(trouble.actBy ?? "13:10"),
    risk: 1 - (trouble.p ?? 0.1),
    cause: causeOf(trouble),
    ...over,
  }) as Member;

import type { Cancel, Clock } from "#contract/clock.ts";
import { GATEWAY_AGENT, parseRoomKey } from "#contract/ids.ts";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Alternative } from "#contract/messages/alert.ts";
import type { Demo } from "#contract/messages/room.ts";
import { type Instant, seconds } from "#contract/units.ts";
import type { Address, Kind, Payload, Topic } from "#contract/wire.ts";
import { DailyList } from "./alerts/daily-list.ts";
import { AlertDesk } from "./alerts/desk.ts";
import type { FindAlternatives } from "./alerts/moves.ts";
import type { Notifier } from "./alerts/notifier.ts";
import { type AlertPolicy, kindOf } from "./alerts/policy.ts";
import { Announcer } from "./announce/announcer.ts";
import type { BuildingHook } from "./announce/building-hook.ts";
import type { AnnounceConfig } from "./announce/config.ts";
import { findAlternatives } from "./alternatives/find-alternatives.ts";
import { type HeardReading, House } from "./judge/house.ts";
import { Nudger } from "./nudges/nudger.ts";
import type { NudgePolicy } from "./nudges/policy.ts";
import type { PreflightPolicy } from "./preflight/policy.ts";
import { Preflight } from "./preflight/preflight.ts";

export interface BrainOutlets {
  clock: Clock;
  log: Log;
  notifier: Notifier;
  /** Puts a message on the wire; resolves once it is durable there. */
  say<K extends Kind>(kind: K, address: Address, payload: Payload<K>): Promise<void>;
  /** Takes a retained message back. */
  unsay(kind: Kind, address: Address): Promise<void>;
  /** The wire did not take what was said; the next word replaces it. */
  failed: (error: unknown) => void;
  /** Where the site differs from the default alert policy. */
  policy?: Partial<AlertPolicy>;
  /** The time of day of the daily list, like "07:00"; none without it. */
  dailyList?: string;
  /** Where the site differs from the default manners of its panels. */
  nudges?: Partial<NudgePolicy>;
  /** When gear is tried out before a visit. */
  preflight?: Partial<PreflightPolicy>;
  /** What is said to door signs and home automation; nothing without it. */
  announce?: {
    config: AnnounceConfig;
    raw(topic: string, payload: string): Promise<void>;
    hook?: Pick<BuildingHook, "tell"> | undefined;
  };
  /** For cards whose zone nobody knows. */
  zone?: string;
  /** Nobody will come back from here: what would be remembered over a restart is not even put together. */
  isForOnce?: boolean;
}

/** What the room's own panel asks for, by kind of cause. */
const NUDGE_FOR: Readonly<Record<string, "wrap_up" | "reset_visit">> = {
  occupied: "wrap_up",
  reset_visit: "reset_visit",
};

/** How long the end waits until the wire has what was learned last. */
const LAST_WORD_WITHIN = seconds(2);

type Read = <K extends Kind>(kind: K) => Payload<K> | undefined;

/**
 * Everything that the gateway thinks, joined and apart from the wire's bytes: rooms judged, alerts decided, people told.
 * The same live behind a broker, in replay and in evaluation: messages come in as values, and go out as values.
 */
export class Brain {
  readonly #clock: Clock;
  readonly #desk: AlertDesk;
  readonly #house: House;
  readonly #nudger: Nudger;
  readonly #dailyList: DailyList | undefined;
  readonly #preflight: Preflight;
  readonly #announcer: Announcer | undefined;
  readonly #counts = { failed: 0 };
  /** What was said last of a site: the end waits for it. */
  #lastWord: Promise<void> = Promise.resolve();

  constructor(out: BrainOutlets) {
    const { clock, log } = out;
    this.#clock = clock;
    this.#desk = new AlertDesk({
      clock,
      log,
      notifier: out.notifier,
      publish: (key, alert) => {
        this.#house.acts(key, { alert });
        this.#announcer?.alert({ ...parseRoomKey(key), id: alert.id }, alert);
        return out.say("alert", { ...parseRoomKey(key), id: alert.id }, alert);
      },
      remove: (key, id) => {
        this.#announcer?.alert({ ...parseRoomKey(key), id }, undefined);
        return out.unsay("alert", { ...parseRoomKey(key), id });
      },
      nudgedSince: (key, demo, cause) => this.#nudgedSince(key, demo, cause),
      alternatives: (visit) => this.#alternatives(visit, clock.now()),
      ...(out.policy !== undefined && { policy: out.policy }),
    });
    const say: BrainOutlets["say"] = (kind, address, payload) => out.say(kind, address, payload).catch(out.failed);
    const unsay: BrainOutlets["unsay"] = (kind, address) => out.unsay(kind, address).catch(out.failed);
    const { announce } = out;
    this.#announcer =
      announce === undefined
        ? undefined
        : new Announcer({
            clock,
            config: announce.config,
            hook: announce.hook,
            door: (room, sign) => void (sign === undefined ? unsay("door", room) : say("door", room, sign)),
            raw: (topic, payload) => void announce.raw(topic, payload).catch(out.failed),
          });
    const { notifier, dailyList: time } = out;
    this.#dailyList = time === undefined ? undefined : new DailyList({ clock, log, notifier, time });
    this.#nudger = new Nudger({
      clock,
      say: (room, nudge) => void say("nudge", room, nudge),
      unsay: (room) => void unsay("nudge", room),
      ...(out.nudges !== undefined && { policy: out.nudges }),
    });
    this.#preflight = new Preflight({
      clock,
      log,
      command: (address, command) => void say("command", address, command),
      proved: (key, device, proof) => this.#house.tried(key, device, proof),
      ...(out.preflight !== undefined && { policy: out.preflight }),
    });
    this.#house = new House({
      clock,
      ...(out.zone !== undefined && { zone: out.zone }),
      orphaned: (site, room) => void unsay("readiness", { site, room }),
      failed: ({ key }, error) => {
        this.#counts.failed += 1;
        log.error({ room: key, error: messageOf(error) }, "a room could not be judged");
      },
      publish: ({ site, room }, readiness) => void say("readiness", { site, room }, readiness),
      ...(out.isForOnce !== true && {
        remember: ({ site, room }, memory) => void say("memory", { site, room }, memory),
        rememberSite: (site, memory) => {
          this.#lastWord = say("siteMemory", { site, agent: GATEWAY_AGENT }, memory);
        },
      }),
      forget: ({ site, room }) => {
        for (const kind of ["readiness", "memory"] as const) void unsay(kind, { site, room });
        this.#announcer?.forget(site, room);
        this.#nudger.forget(site, room);
        this.#preflight.forget(site, room);
        this.#desk.forget(site, room);
        this.#dailyList?.forget(site, room);
      },
      judged: ({ site, room, card, demos, bookings, windows }, readiness) => {
        if (card === undefined) return;
        this.#announcer?.judged({ site, room, card, demos }, readiness);
        this.#nudger.consider({ site, room, card, demos, bookings, readiness });
        this.#preflight.consider({ site, room, card, demos, readiness });
        const judgement = { site, room, card, demos, bookings, windows, readiness };
        this.#desk.consider(judgement);
        this.#dailyList?.consider(judgement);
      },
    });
  }

  reading(topic: Topic, heard: HeardReading): void {
    this.#house.reading({ site: topic.site, room: topic.room ?? "" }, topic.device ?? "", heard);
  }

  /** Takes any message that is no reading. `read` gives its payload, or nothing when it is unreadable. */
  take(topic: Topic, retained: boolean, read: Read): void {
    if (topic.agent === GATEWAY_AGENT && topic.kind !== "siteMemory") return;
    const key = `${topic.site}/${topic.room ?? ""}`;
    if (topic.kind === "alert") {
      const alert = retained ? read("alert") : undefined;
      if (alert === undefined) return;
      this.#house.acts(key, { alert });
      this.#desk.restore(key, alert);
    } else if (topic.kind === "reply") {
      const reply = read("reply");
      if (reply === undefined) return;
      this.#house.acts(key, { id: topic.id ?? "", reply });
      this.#desk.reply(key, topic.id ?? "", reply);
    } else if (topic.kind === "result") {
      const result = retained ? undefined : read("result");
      if (result !== undefined) this.#preflight.result(key, topic.device ?? "", result);
    } else if (topic.kind === "nudge") {
      const nudge = retained ? read("nudge") : undefined;
      if (nudge !== undefined) this.#nudger.restore(topic.site, topic.room ?? "", nudge);
    } else if (topic.kind === "readiness") this.#house.foundReadiness(topic.site, topic.room ?? "");
    else this.#house.take(topic, retained, read);
  }

  /** A retained message was taken back. */
  removed(topic: Topic): void {
    if (topic.agent !== GATEWAY_AGENT) this.#house.removed(topic);
  }

  /** Everything retained has been heard: judge. */
  begin(): void {
    this.#house.begin();
  }

  /** Says everything once more, to a broker that may have forgotten it. */
  tellAgain(): void {
    this.#desk.tellAgain();
    this.#nudger.tellAgain();
    this.#announcer?.tellAgain();
    this.#house.tellAgain();
  }

  stats(): Record<string, number> {
    return {
      ...this.#counts,
      ...this.#house.stats(),
      ...prefixed("alerts", this.#desk.stats()),
      ...prefixed("nudges", this.#nudger.stats()),
      ...prefixed("preflight", this.#preflight.stats()),
      ...(this.#dailyList !== undefined && {
        daily_list_rooms: this.#dailyList.rooms,
        daily_list_sent_total: this.#dailyList.counts.sent,
        daily_list_failed_total: this.#dailyList.counts.failed,
      }),
    };
  }

  #nudgedSince(key: string, demo: string, cause: string): Instant | undefined {
    const nudge = NUDGE_FOR[kindOf(cause)];
    return nudge === undefined ? undefined : this.#nudger.askedSince(key, demo, nudge);
  }

  #alternatives({ roomKey, demo, p_ready, isFree }: Parameters<FindAlternatives>[0], now: Instant): Alternative[] {
    const chanceOf = (key: string, wanted: Demo): number | undefined => this.#house.wouldBe(key, wanted)?.forecast.p;
    return findAlternatives({ roomKey, demo, p_ready }, { rooms: this.#house.rooms(), chanceOf, isFree, now });
  }

  async stop(): Promise<void> {
    this.#house.stop();
    this.#nudger.stop();
    this.#preflight.stop();
    this.#dailyList?.stop();
    await this.#desk.stop();
    let giveUp: Cancel = () => {};
    const limit = new Promise<void>((resolve) => {
      giveUp = this.#clock.after(LAST_WORD_WITHIN, resolve);
    });
    await Promise.race([this.#lastWord, limit]);
    giveUp();
  }
}

const prefixed = (prefix: string, stats: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(stats).map(([name, value]) => [`${prefix}_${name}`, value]));

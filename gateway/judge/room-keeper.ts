import type { Clock, Cancel } from "#contract/clock.ts";
import type { RoomReadiness, SensorFinding } from "#contract/messages/readiness.ts";
import type { Demo } from "#contract/messages/room.ts";
import { type Instant, instant, type Millis, millis, minutes, seconds } from "#contract/units.ts";
import { RoomAround } from "../forecast/climate/room-around.ts";
import { RoomLearner } from "../forecast/learner.ts";
import type { SiteLearner } from "../forecast/site/site-learner.ts";
import { RoomWatch } from "../forecast/watch/room-watch.ts";
import type { Check } from "../readiness/check.ts";
import type { Settled } from "../readiness/settle.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { OCCUPANCY_KEY } from "../readiness/occupancy.ts";
import type { Slot } from "../rooms/observed.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { SensorHealth } from "../sensor-health/sensor-health.ts";
import { type JudgedRoom, RoomJudge } from "./judge-room.ts";
import type { JudgedVisit } from "./judge-visit.ts";
import type { JudgingLoad } from "./judging-load.ts";
import { type Grade, News } from "./news.ts";
import { RoomTeller } from "./tell.ts";
import { judgeWouldBe } from "./would-be.ts";

/**
 * What comes within this span is judged together. A room that says more within one span than any room's gear does (a flood,
 * an outbox that drains) is judged less often, down to once a second: the last word counts, not how often it was weighed.
 * Where judging takes too much of the time, all wait longer.
 */
const JUDGE_EVERY = millis(50);
const JUDGE_EVERY_IN_FLOOD = seconds(1);
const EVIDENCE_EVERY = minutes(1);
/** How long what is new waits after the last word on the room. */
const WAITS: Readonly<Record<Grade, Millis | undefined>> = {
  words: millis(0),
  figures: seconds(1),
  evidence: EVIDENCE_EVERY,
  nothing: undefined,
};
/** In a flood figures change with every look; nobody reads them that fast. Words still go out at once. */
const FIGURES_IN_FLOOD = seconds(3);
const REMEMBER_EVERY = minutes(1);
/** What is told or remembered once a minute may be so a little early or late, with a report that comes just then, rather than by a timer of its own. */
const SLACK = seconds(10);
const TEACH_EVERY = minutes(1);
const NEVER = Number.POSITIVE_INFINITY;

export interface RoomOutlets {
  clock: Clock;
  checks: readonly Check[];
  load: JudgingLoad;
  publish(room: RoomState, readiness: RoomReadiness): void;
  remember(keeper: RoomKeeper): void;
  /** What the rooms of a site have learned together. */
  learnerOf(site: string): SiteLearner;
  /** Told after each judgement that says anything new. */
  judged(room: RoomState, readiness: RoomReadiness): void;
  failed(room: RoomState, error: unknown): void;
  /** Told when the room's sensors have been looked at: what is found there may be one cause with other rooms. */
  looked(room: RoomState): void;
  /** See `RoomJudgeOptions`. */
  isForgetful?: boolean;
}

/** Keeps one room judged: when something about it changes, or when its own next moment comes. Never polls. */
export class RoomKeeper {
  readonly room: RoomState;
  readonly settled = new Map<string, Settled>();
  learner = new RoomLearner();
  /** What was seen of the room's people, gear and visits: it teaches the site. */
  watch = new RoomWatch();
  health: SensorHealth;
  judgements = 0;
  readonly #out: RoomOutlets;
  readonly #judge: RoomJudge;
  readonly #around: RoomAround;
  /** When it is to be judged next for the sake of its sensors, its telling or its memory, and for when the timer is set. */
  #dueAt = NEVER;
  #timerAt = NEVER;
  #isTouched = false;
  #touches = 0;
  #pause = JUDGE_EVERY;
  #cancelTouch: Cancel = () => {};
  #cancel: Cancel = () => {};
  #lastJudged = instant(Number.NEGATIVE_INFINITY);
  #news: News;
  readonly #teller: RoomTeller;
  #toldAt = instant(Number.NEGATIVE_INFINITY);
  #rememberedFacts = 0;
  #rememberedAt = instant(Number.NEGATIVE_INFINITY);
  #isDirty = false;
  /** Whether something was settling at the last judgement. */
  #isMoving = true;
  /** Until when what only says the same again changes nothing, and whether it has since the last judgement. */
  #quietUntil = Number.NEGATIVE_INFINITY;
  #isSaidAgain = false;
  #learned = 0;
  /** How things stood at the last judgement. */
  #judgedShape = -1;
  #judgedLearned = 0;
  #taughtShape = -1;
  readonly #taughtOutcomes: string[] = [];
  #teachAt = 0;
  #findings: { revision: number; list: readonly SensorFinding[]; text: string } = { revision: -1, list: [], text: "" };
  #isStopped = false;

  constructor(room: RoomState, health: SensorHealth, outlets: RoomOutlets) {
    this.room = room;
    this.health = health;
    this.#out = outlets;
    const { checks, isForgetful = false } = outlets;
    this.#judge = new RoomJudge({ room, checks, settled: this.settled, isForgetful });
    this.#news = new News({ isForgetful });
    this.#teller = new RoomTeller({ isForgetful });
    this.#around = new RoomAround({
      room,
      now: () => outlets.clock.now(),
      occupied: () => this.#occupied(),
      site: () => outlets.learnerOf(room.site),
    });
    room.onValue = (slot, value) => this.#learn(slot, value);
  }

  /** Something about the room changed: it will be judged, with everything else of this instant. */
  touch(): void {
    this.#isDirty = true;
    this.#touches += 1;
    if (this.#isTouched || this.#isStopped) return;
    this.#isTouched = true;
    this.#cancelTouch = this.#after(instant(Math.max(this.#out.clock.now(), this.#lastJudged + this.#pause)), () => {
      this.#isTouched = false;
      this.#tryJudge();
    });
  }

  /**
   * Something was heard of the room. What only says the same again, while nothing is settling, changes no judgement: it waits until
   * the evidence is due to be told or remembered, a minute after the last time. Most of what a building says is of this kind.
   */
  heard(): void {
    const now = this.#out.clock.now();
    if (this.#isTouched || this.#isStopped || !this.#isQuiet(now)) return this.touch();
    // What the last judgement waits for has its timer: what is said again only puts it off. So each room touches little memory.
    if (!this.#isSaidAgain) {
      this.#isSaidAgain = this.#isDirty = true;
      this.#due(instant(this.#toldAt + EVIDENCE_EVERY + SLACK));
      this.#due(instant(this.#rememberedAt + REMEMBER_EVERY + SLACK));
      this.#wakeAt(this.#dueAt);
    }
    const listensAt = this.health.dueAt() ?? NEVER;
    if (listensAt < this.#timerAt) this.#wakeAt(Math.max(listensAt, this.#lastJudged + this.#pause));
  }

  /** Whether nothing is another since the last judgement but the age of the evidence, and that is not due. */
  #isQuiet(now: Instant): boolean {
    const { room, health } = this;
    return (
      now < this.#quietUntil &&
      room.changed.size === 0 &&
      room.shape === this.#judgedShape &&
      this.#learned === this.#judgedLearned &&
      health.revision === this.#findings.revision &&
      !this.#isMoving
    );
  }

  /** The wire may have forgotten the room: what is known of it is said and remembered once more. */
  tellAgain(): void {
    this.#news = new News({ isForgetful: this.#out.isForgetful === true });
    this.#toldAt = instant(Number.NEGATIVE_INFINITY);
    this.#rememberedAt = instant(Number.NEGATIVE_INFINITY);
    this.touch();
  }

  findings(): readonly SensorFinding[] {
    const { revision } = this.health;
    if (this.#findings.revision !== revision) {
      const list = this.health.findings();
      const text = list.length === 0 ? "" : JSON.stringify(list);
      // What another room's outage changed may leave this one's findings as they were.
      this.#findings = { revision, text, list: text === this.#findings.text ? this.#findings.list : list };
    }
    return this.#findings.list;
  }

  /** How the room would serve a visit that it does not have, as far as is known now. */
  wouldBe(demo: Demo): JudgedVisit | undefined {
    const { room, settled, learner, watch } = this;
    if (room.card === undefined) return undefined;
    const now = this.#out.clock.now();
    const site = this.#out.learnerOf(room.site);
    const options = { room, card: room.card, settled, learner, watch, site, findings: this.findings() };
    return judgeWouldBe(options, { demo, checks: this.#out.checks, now });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
    this.#cancelTouch();
  }

  /** What the room's own air does, while nobody doubts the sensor, teaches how it behaves. */
  #learn({ device, metric, at }: Slot, value: MetricValue): void {
    if (typeof value !== "number" || (metric !== "temperature_c" && metric !== "co2_ppm")) return;
    const best = this.room.best(metric, this.#out.clock.now());
    if (best?.device !== device) return;
    const { learner } = this;
    const hasLearned =
      metric === "temperature_c"
        ? learner.takeTemperature(value, at, this.#around)
        : learner.takeCo2(value, at, this.#around);
    if (hasLearned) this.#learned += 1;
  }

  #occupied(): boolean | undefined {
    const settled = this.settled.get(OCCUPANCY_KEY);
    return settled === undefined ? undefined : settled.outcome === "not_ready";
  }

  /** Sets the timer for the room's next moment. One that is set for earlier stays: it then looks, and sets the next. */
  #wakeAt(at: number): void {
    if (at === NEVER || this.#isStopped || this.#timerAt <= at) return;
    this.#cancel();
    this.#timerAt = at;
    this.#cancel = this.#after(instant(at), () => {
      this.#timerAt = NEVER;
      const now = this.#out.clock.now();
      const due = this.#nextAt(now);
      if (due <= now && !this.#onlyListens(now)) this.#tryJudge();
      else this.#wakeAt(this.#nextAt(now));
    });
  }

  /** When the room is to be judged, or listened to, next by the clock. */
  #nextAt(now: Instant): number {
    const looksAt = Math.min(this.#judge.dueAt(now), this.health.dueAt() ?? NEVER);
    return Math.min(this.#dueAt, Math.max(looksAt, this.#lastJudged + this.#pause));
  }

  /** Where a silence could be due and nothing else is, the sensors are looked at first: mostly they have spoken meanwhile. */
  #onlyListens(now: Instant): boolean {
    if (this.#dueAt <= now || this.#judge.dueAt(now) <= now) return false;
    const { revision } = this.health;
    this.health.tick(now);
    this.#out.looked(this.room);
    return this.health.revision === revision;
  }

  #after(at: Instant, task: () => void): Cancel {
    return this.#out.clock.after(millis(at - this.#out.clock.now()), task);
  }

  #tryJudge(): void {
    const began = this.#out.clock.now();
    try {
      this.#dueAt = NEVER;
      this.#judgeNow();
    } catch (error) {
      this.#judge.forget();
      this.#out.failed(this.room, error);
    }
    this.#isMoving = this.#judge.isMoving;
    this.#isSaidAgain = false;
    this.#quietUntil = Math.min(this.#toldAt + EVIDENCE_EVERY - SLACK, this.#rememberedAt + REMEMBER_EVERY + SLACK);
    this.#out.load.judged(began);
    this.#wakeAt(this.#nextAt(this.#out.clock.now()));
  }

  #due(at: Instant | undefined): void {
    if (at !== undefined) this.#dueAt = Math.min(this.#dueAt, Math.max(at, this.#lastJudged + this.#pause));
  }

  #judgeNow(): void {
    const now = this.#out.clock.now();
    const { card } = this.room;
    if (card === undefined) return;
    this.#lastJudged = now;
    this.judgements += 1;
    const pause = Math.min(JUDGE_EVERY_IN_FLOOD, JUDGE_EVERY * Math.max(1, this.#touches));
    this.#pause = millis(pause * this.#out.load.stretch);
    this.#touches = 0;
    this.health.tick(now);
    this.#out.looked(this.room);
    const { learner, watch } = this;
    const site = this.#out.learnerOf(this.room.site);
    site.turn(now);
    const learned = this.#learned + watch.revision + site.changes;
    const judged = this.#judge.judge({ card, learner, site, watch, learned, findings: this.findings() }, now);
    this.#judgedShape = this.room.shape;
    this.#judgedLearned = this.#learned;
    this.#teach(judged, now, site);
    this.#due(this.#tell(judged, now));
    this.room.changed.clear();
    this.#remember(judged, now);
  }

  /** Lets the judgement teach, if anything but the age of the evidence is another, and once a minute. */
  #teach(judged: JudgedRoom, now: Instant, site: SiteLearner): void {
    const { room, watch } = this;
    const isOther = keepOutcomes(judged, this.#taughtOutcomes);
    const isAnother = isOther || room.changed.size > 0 || room.shape !== this.#taughtShape;
    if (!isAnother && now < this.#teachAt) return;
    this.#taughtShape = room.shape;
    this.#teachAt = (Math.floor(now / TEACH_EVERY) + 1) * TEACH_EVERY;
    const { people, occupied } = this.#judge.people;
    watch.take({ room, rows: judged.now.rows, visits: judged.visits, people, occupied }, now, site);
  }

  /** Publishes what is new, at once when it matters. Returns when to look again for what had to wait. */
  #tell(judged: JudgedRoom, now: Instant): Instant | undefined {
    const grade = this.#news.grade(judged, this.room);
    const wait = grade === "figures" && this.#pause >= JUDGE_EVERY_IN_FLOOD ? FIGURES_IN_FLOOD : WAITS[grade];
    if (wait === undefined) return undefined;
    const slack = grade === "evidence" ? SLACK : 0;
    if (now < this.#toldAt + wait - slack) return instant(this.#toldAt + wait + slack);
    this.#news.told(judged, this.room);
    this.#toldAt = now;
    const readiness = this.#teller.tell(judged, this.room);
    this.#out.publish(this.room, readiness);
    this.#out.judged(this.room, readiness);
    return undefined;
  }

  #remember(judged: JudgedRoom, now: Instant): void {
    if (!this.#isDirty) return;
    const isDue = judged.hasShifted || this.room.facts !== this.#rememberedFacts;
    if (!isDue && now < this.#rememberedAt + REMEMBER_EVERY - SLACK) {
      this.#due(instant(this.#rememberedAt + REMEMBER_EVERY + SLACK));
      return;
    }
    this.#isDirty = false;
    this.#rememberedFacts = this.room.facts;
    this.#rememberedAt = now;
    this.#out.remember(this);
  }
}

/** Keeps how everything about a room turned out: what it was weighed anew from does not matter. Returns whether anything is another. */
function keepOutcomes({ now: { rows }, visits }: JudgedRoom, kept: string[]): boolean {
  let isOther = false;
  let taken = 0;
  const keep = (text: string): void => {
    if (kept[taken] !== text) {
      kept[taken] = text;
      isOther = true;
    }
    taken += 1;
  };
  for (const { outcome, code } of rows) {
    keep(outcome);
    keep(code);
  }
  for (const { status } of visits) keep(status);
  if (kept.length > taken) {
    kept.length = taken;
    isOther = true;
  }
  return isOther;
}

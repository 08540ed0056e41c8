import type { MetricValue } from "#contract/metrics.ts";
import type { SensorFinding } from "#contract/messages/readiness.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import { type Instant, minutes } from "#contract/units.ts";
import type { Forecast } from "../forecast/forecast.ts";
import type { Check, Scene } from "../readiness/check.ts";
import { type Plan, Planner } from "../readiness/plan.ts";
import type { Settled } from "../readiness/settle.ts";
import { type Asked, Judge, type RowsVerdict } from "../readiness/verdict.ts";
import type { RoomState } from "../rooms/room-state.ts";
import {
  asOf,
  forecastVisit,
  type JudgedVisit,
  type PlannedVisit,
  settleStatus,
  type Taught,
  visitDueAt,
} from "./judge-visit.ts";

/** A room's next visits are judged this far ahead. */
const AHEAD = minutes(48 * 60);
/** What forecasts look at although no check asks for it: the room's air, its climate control and its people. */
const FORESEEN: ReadonlySet<string> = new Set([
  "temperature_c",
  "humidity_pct",
  "co2_ppm",
  "setpoint_c",
  "occupied",
  "people_count",
  "motion_pct",
  "door_open",
]);
const NEVER = Number.POSITIVE_INFINITY;

/** A room at one moment: everything that is published, before it is put into words. Parts that are the same object hold as before. */
export interface JudgedRoom {
  at: Instant;
  card: RoomCard;
  now: RowsVerdict;
  visits: readonly JudgedVisit[];
  findings: readonly SensorFinding[];
  /** Something settled or began to: worth remembering at once. */
  hasShifted: boolean;
}

/** What a room is judged by, besides its own state. */
export interface Known extends Taught {
  card: RoomCard;
  /** Grows whenever anything was learned. */
  learned: number;
  /** The same list as before when nothing about it is another. */
  findings: readonly SensorFinding[];
}

interface KeptVisit {
  planned: PlannedVisit;
  asked: Asked;
  /** What its forecast was made from. */
  asOf: Instant;
  revision: number;
  learned: number;
  foreseen: number;
  /** Settles by the clock, with no report that says so. */
  occupied: boolean | undefined;
  /** What its people's sensor says, while that is fresh: it ages by the clock. */
  people: MetricValue | undefined;
  judged: JudgedVisit;
  dueAt: number;
}

export interface RoomJudgeOptions {
  room: RoomState;
  checks: readonly Check[];
  /** What the room's parts have settled on; carried on in place. */
  settled: Map<string, Settled>;
  /** Looks at everything at every judgement. For tests: what is kept must make no difference. */
  isForgetful?: boolean;
}

/** Judges one room now and for each coming visit, again and again; what nothing has changed is not judged anew. */
export class RoomJudge {
  readonly #room: RoomState;
  readonly #planner: Planner;
  readonly #settled: Map<string, Settled>;
  readonly #isForgetful: boolean;
  #judge: Judge | undefined;
  #plan: Plan | undefined;
  #findings: readonly SensorFinding[] = [];
  #now: Asked | undefined;
  #visits: KeptVisit[] = [];
  /** The judged visits, as told: another list only when one of them is another. */
  #told: readonly JudgedVisit[] = [];
  #foreseen = 0;
  /** When a visit is over, or comes near enough to be judged. */
  #visitsAt = NEVER;
  #edgeAt = NEVER;

  constructor({ room, checks, settled, isForgetful = false }: RoomJudgeOptions) {
    this.#room = room;
    this.#planner = new Planner(checks);
    this.#settled = settled;
    this.#isForgetful = isForgetful;
  }

  judge(known: Known, now: Instant): JudgedRoom {
    const plan = this.#planner.plan(this.#room, known.card, now);
    const isOther = plan !== this.#plan || known.findings !== this.#findings || now >= this.#visitsAt;
    const judge = isOther || this.#isForgetful ? this.#begin(plan, known, now) : this.#turn(known, now);
    judge.prune();
    if (now >= this.#edgeAt || isOther) {
      if (!isOther) judge.countAges();
      this.#edgeAt = plan.edges.find((each) => each > now) ?? NEVER;
    }
    return {
      at: now,
      card: known.card,
      now: (this.#now as Asked).verdict,
      visits: this.#told,
      findings: known.findings,
      hasShifted: judge.hasShifted,
    };
  }

  /** What the sensors say of people, as it was last looked at. */
  get people(): Pick<Scene, "people" | "occupied"> {
    return this.#judge?.scene ?? { people: undefined, occupied: undefined };
  }

  /** Whether a report that says the same again may change the judgement. */
  get isMoving(): boolean {
    return this.#judge?.isMoving !== false;
  }

  /** After a judgement that failed: the next one looks at everything. */
  forget(): void {
    this.#judge = undefined;
    this.#plan = undefined;
    this.#visits = [];
    this.#visitsAt = this.#edgeAt = NEVER;
  }

  /** The first moment at which the clock alone may change the judgement. */
  dueAt(now: Instant): number {
    let due = Math.min(this.#judge?.dueAt(now) ?? NEVER, this.#visitsAt, this.#edgeAt);
    for (const visit of this.#visits) due = Math.min(due, visit.dueAt);
    return due;
  }

  #turn(known: Known, now: Instant): Judge {
    const judge = this.#judge as Judge;
    const { changed } = this.#room;
    for (const { metric } of changed) if (FORESEEN.has(metric)) this.#foreseen += 1;
    judge.turn(now, changed);
    judge.refresh(this.#now as Asked);
    let isOther = false;
    for (const visit of this.#visits) if (this.#refresh(judge, visit, known)) isOther = true;
    if (isOther) this.#told = this.#visits.map(({ judged }) => judged);
    return judge;
  }

  #begin(plan: Plan, known: Known, now: Instant): Judge {
    this.#plan = plan;
    this.#findings = known.findings;
    const judge = (this.#judge ??= this.#newJudge(now));
    judge.begin(now);
    this.#now = judge.ask(plan.now.requirements);
    this.#visits = [];
    this.#visitsAt = NEVER;
    for (const planned of plan.visits) {
      const { arrival, end } = planned.ask.visit;
      if (end <= now) continue;
      const isNear = arrival - now <= AHEAD;
      if (isNear) this.#visits.push(this.#first(judge, planned, known));
      this.#visitsAt = Math.min(this.#visitsAt, isNear ? end : arrival - AHEAD);
    }
    this.#told = this.#visits.map(({ judged }) => judged);
    return judge;
  }

  #newJudge(now: Instant): Judge {
    const outage = (device: string): string | undefined => outageOf(this.#findings, device);
    return new Judge({ room: this.#room, settled: this.#settled, outageOf: outage }, now);
  }

  #first(judge: Judge, planned: PlannedVisit, known: Known): KeptVisit {
    const { visit } = planned.ask;
    const asked = judge.ask(planned.requirements);
    const judged = this.#judgeVisit(judge, { planned, asked, forecast: undefined }, known);
    const { now, occupied } = judge.scene;
    return {
      planned,
      asked,
      asOf: asOf(visit.arrival, now),
      revision: asked.revision,
      learned: known.learned,
      foreseen: this.#foreseen,
      occupied,
      people: peopleSeen(judge),
      judged,
      dueAt: visitDueAt(visit, judged.forecast, now),
    };
  }

  /** Brings one visit up to date. Returns whether anything that is said of it may be another. */
  #refresh(judge: Judge, kept: KeptVisit, known: Known): boolean {
    const { asked, judged, planned } = kept;
    judge.refresh(asked);
    const { visit } = planned.ask;
    const { now, occupied } = judge.scene;
    const from = asOf(visit.arrival, now);
    const people = peopleSeen(judge);
    const isForecastOther =
      asked.revision !== kept.revision ||
      from !== kept.asOf ||
      known.learned !== kept.learned ||
      this.#foreseen !== kept.foreseen ||
      occupied !== kept.occupied ||
      people !== kept.people;
    if (!isForecastOther && now < kept.dueAt) return false;
    kept.asOf = from;
    kept.revision = asked.revision;
    kept.learned = known.learned;
    kept.foreseen = this.#foreseen;
    kept.occupied = occupied;
    kept.people = people;
    const forecast = isForecastOther ? undefined : judged.forecast;
    kept.judged = this.#judgeVisit(judge, { planned, asked, forecast }, known);
    kept.dueAt = visitDueAt(visit, kept.judged.forecast, now);
    return true;
  }

  /** `forecast`: one that still holds. */
  #judgeVisit(
    judge: Judge,
    { planned, asked, forecast: kept }: Pick<KeptVisit, "planned" | "asked"> & { forecast: Forecast | undefined },
    { learner, site, watch }: Known,
  ): JudgedVisit {
    const { visit } = planned.ask;
    const { verdict } = asked;
    const forecast = kept ?? forecastVisit(judge, planned, { verdict, learner, site, watch, room: this.#room });
    return { visit, verdict, forecast, status: settleStatus(judge, { visit, verdict, forecast }) };
  }
}

/** What the sensors say of people, as long as they say it. */
function peopleSeen({ scene: { people } }: Judge): MetricValue | undefined {
  return people?.kind === "known" ? people.slot?.value : undefined;
}

/** The outage that a device's silence is part of. */
export function outageOf(findings: readonly SensorFinding[], device: string): string | undefined {
  return findings.find((each) => each.kind === "outage" && each.to === undefined && each.device === device)?.cause;
}

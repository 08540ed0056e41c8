import type { Clock, Cancel } from "#contract/clock.ts";
import type { RoomReadiness, SensorFinding } from "#contract/messages/readiness.ts";
import { type Instant, instant, minutes, seconds } from "#contract/units.ts";
import { RoomLearner } from "../forecast/learner.ts";
import type { Check } from "../readiness/check.ts";
import { Requirements } from "../readiness/requirements.ts";
import type { Settled } from "../readiness/settle.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { OCCUPANCY_KEY } from "../readiness/occupancy.ts";
import type { Slot } from "../rooms/observed.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { SensorHealth } from "../sensor-health/sensor-health.ts";
import { type JudgedRoom, judgeRoom } from "./judge-room.ts";
import { gist, type Gist } from "./gist.ts";
import { tellRoom } from "./tell.ts";

/** A room is judged at most this often; what comes between is judged together. */
const JUDGE_EVERY = minutes(1 / 60 / 20);
/** Mere figures are told at most this often. */
const FIGURES_EVERY = seconds(1);
/** And that nothing but the time of the evidence moved on, at most this often. */
const EVIDENCE_EVERY = minutes(1);
const REMEMBER_EVERY = minutes(1);

export interface RoomOutlets {
  clock: Clock;
  checks: readonly Check[];
  publish(room: RoomState, readiness: RoomReadiness): void;
  remember(keeper: RoomKeeper): void;
  /** Told after each judgement that says anything new. */
  judged(room: RoomState, readiness: RoomReadiness): void;
  failed(room: RoomState, error: unknown): void;
}

/** Keeps one room judged: when something about it changes, or when its own next moment comes. Never polls. */
export class RoomKeeper {
  readonly room: RoomState;
  readonly settled = new Map<string, Settled>();
  learner = new RoomLearner();
  health: SensorHealth;
  judgements = 0;
  readonly #out: RoomOutlets;
  readonly #requirements: Requirements;
  #judgeAt: Instant | undefined;
  #cancel: Cancel = () => {};
  #lastJudged = instant(Number.NEGATIVE_INFINITY);
  #told: Gist | undefined;
  #toldAt = instant(Number.NEGATIVE_INFINITY);
  #rememberedAt = instant(Number.NEGATIVE_INFINITY);
  #isDirty = false;
  #findings: { revision: number; list: readonly SensorFinding[] } = { revision: -1, list: [] };
  #isStopped = false;

  constructor(room: RoomState, health: SensorHealth, outlets: RoomOutlets) {
    this.room = room;
    this.health = health;
    this.#out = outlets;
    this.#requirements = new Requirements(outlets.checks);
    room.onValue = (slot, value) => this.#learn(slot, value);
  }

  /** Something about the room changed: it will be judged, with everything else of this instant. */
  touch(): void {
    this.#isDirty = true;
    this.#arm(instant(Math.max(this.#out.clock.now(), this.#lastJudged + JUDGE_EVERY)));
  }

  findings(): readonly SensorFinding[] {
    if (this.#findings.revision !== this.health.revision) {
      this.#findings = { revision: this.health.revision, list: this.health.findings() };
    }
    return this.#findings.list;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** What the room's own air does, while nobody doubts the sensor, teaches how it behaves. */
  #learn({ device, metric, at }: Slot, value: MetricValue): void {
    if (typeof value !== "number" || (metric !== "temperature_c" && metric !== "co2_ppm")) return;
    const best = this.room.best(metric, this.#out.clock.now());
    if (best?.device !== device) return;
    if (metric === "temperature_c") this.learner.takeTemperature(value, at);
    else this.learner.takeCo2(value, at, this.#occupied());
  }

  #occupied(): boolean | undefined {
    const settled = this.settled.get(OCCUPANCY_KEY);
    return settled === undefined ? undefined : settled.outcome === "not_ready";
  }

  #arm(at: Instant): void {
    if (this.#isStopped || (this.#judgeAt !== undefined && this.#judgeAt <= at)) return;
    this.#cancel();
    this.#judgeAt = at;
    const delay = instant(at - this.#out.clock.now()) as never;
    this.#cancel = this.#out.clock.after(delay, () => {
      this.#judgeAt = undefined;
      try {
        this.#judge();
      } catch (error) {
        this.#out.failed(this.room, error);
      }
    });
  }

  #judge(): void {
    const now = this.#out.clock.now();
    const { card } = this.room;
    if (card === undefined) return;
    this.#lastJudged = now;
    this.judgements += 1;
    this.health.tick(now);
    const { room, settled, learner } = this;
    const judged = judgeRoom(
      { room, card, requirements: this.#requirements, settled, learner, findings: this.findings() },
      now,
    );
    const due = this.health.dueAt();
    const later = this.#tell(judged, now);
    for (const at of [judged.nextAt, due, later]) {
      if (at !== undefined) this.#arm(instant(Math.max(at, now + JUDGE_EVERY)));
    }
    this.#remember(judged, now);
  }

  /** Publishes what is new, at once when it matters. Returns when to look again for what had to wait. */
  #tell(judged: JudgedRoom, now: Instant): Instant | undefined {
    const said = gist(judged, this.room);
    const before = this.#told;
    const isNew = before?.words !== said.words;
    const wait = isNew
      ? 0
      : before.figures !== said.figures
        ? FIGURES_EVERY
        : before.evidence !== said.evidence
          ? EVIDENCE_EVERY
          : undefined;
    if (wait === undefined) return undefined;
    if (now < this.#toldAt + wait) return instant(this.#toldAt + wait);
    this.#told = said;
    this.#toldAt = now;
    const readiness = tellRoom(judged, this.room);
    this.#out.publish(this.room, readiness);
    this.#out.judged(this.room, readiness);
    return undefined;
  }

  #remember(judged: JudgedRoom, now: Instant): void {
    if (!this.#isDirty) return;
    if (!judged.hasShifted && now < this.#rememberedAt + REMEMBER_EVERY) {
      this.#arm(instant(this.#rememberedAt + REMEMBER_EVERY));
      return;
    }
    this.#isDirty = false;
    this.#rememberedAt = now;
    this.#out.remember(this);
  }
}

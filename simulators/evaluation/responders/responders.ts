import { Random } from "../../building/random.ts";
import type { PlanKind, Pool, Scenario } from "../scenario.ts";
import { draw } from "../scenario-units.ts";
import type { Building } from "../world/building.ts";
import type { Visit } from "../world/calendar.ts";
import type { Fault } from "../world/faults.ts";

/** For how long what they turned on helps. */
const HELP_MIN = 60;

/** Work that somebody was called to. */
export interface Job {
  kind: PlanKind;
  room: number;
  visit: Visit | undefined;
  /** Minute of the day by which it should be begun. */
  due: number;
  /** When it was asked for. */
  asked: number;
  started?: () => void;
  /** Ended: `mended` when there was something and it is done, `unharmed` when only the watching was gone, `nothing` when nothing was found, `failed` when it did not help. */
  ended?: (result: JobResult) => void;
}
export type JobResult = "mended" | "unharmed" | "nothing" | "failed";

interface Stage {
  pool: Pool;
  min: number;
  suffices: boolean;
}
interface Planned {
  job: Job;
  /** Who else called about the same fault meanwhile. */
  others: Job[];
  stages: readonly Stage[];
  at: number;
  fault: Fault | undefined;
  hasBegun: boolean;
}

/** Faults that a call of this kind is about: those of the room, and those of its floor. */
const CONCERNS: Readonly<Record<PlanKind, { room: readonly Fault["kind"][]; floor: readonly Fault["kind"][] }>> = {
  disp_off: { room: ["disp_off"], floor: [] },
  disp_dead: { room: ["disp_dead"], floor: [] },
  codec: { room: ["codec"], floor: [] },
  mic: { room: ["mic"], floor: [] },
  net: { room: [], floor: ["net", "part"] },
  part: { room: [], floor: ["net", "part"] },
  climate: { room: ["hvac"], floor: ["ahu"] },
  air: { room: [], floor: ["ahu"] },
  occ: { room: [], floor: [] },
  clean: { room: [], floor: [] },
  sensor: { room: ["drop", "stuck", "drift"], floor: [] },
};

/**
 * The people who mend things: pools of staff, jobs with stages, a queue. How long a job takes and whether it helps depends on the
 * fault (or the visit) alone, never on the policy that called: policies are compared under the same luck.
 */
export class Responders {
  readonly #building: Building;
  readonly #byDue: boolean;
  #free: Record<Pool, number[]>;
  readonly #tried = new Map<string, number>();
  #waiting: Planned[] = [];
  #running: { until: number; planned: Planned }[] = [];

  /** `byDue`: the most urgent first; otherwise first come, first served. */
  constructor(building: Building, { byDue }: { byDue: boolean }) {
    this.#building = building;
    this.#byDue = byDue;
    this.#free = freePools(building.world.scenario);
  }

  startDay(): void {
    this.#free = freePools(this.#building.world.scenario);
    this.#waiting = [];
    this.#running = [];
  }

  call(job: Job): void {
    const fault = this.faultOf(job.kind, job.room);
    const known = fault === undefined ? undefined : this.#underWay(fault, job.kind);
    if (known !== undefined) {
      known.others.push(job);
      if (known.hasBegun) job.started?.();
      return;
    }
    const thing = fault?.id ?? `${this.#building.day}.${job.room}.${job.kind}.${job.visit?.id ?? 0}`;
    const tried = this.#tried.get(`${thing} ${job.kind}`) ?? 0;
    this.#tried.set(`${thing} ${job.kind}`, tried + 1);
    // Whoever comes a second time has luck of their own.
    const key = tried === 0 ? thing : `${thing}.again${tried}`;
    const stages = planOf(this.#building.world, key, job.kind);
    this.#waiting.push({ job, others: [], stages, at: 0, fault, hasBegun: false });
  }

  /** Somebody is on their way to this fault already: nobody else is sent. */
  #underWay(fault: Fault, kind: PlanKind): Planned | undefined {
    const all = [...this.#waiting, ...this.#running.map(({ planned }) => planned)];
    return all.find((planned) => planned.fault === fault && planned.job.kind === kind);
  }

  /** Takes a job back that nobody has begun. */
  cancel(job: Job): void {
    this.#waiting = this.#waiting.filter(
      (planned) => planned.job !== job || planned.hasBegun || planned.others.length > 0,
    );
  }

  faultOf(kind: PlanKind, room: number): Fault | undefined {
    const { own, floor } = this.#building.active(room);
    const concerns = CONCERNS[kind];
    return (
      own.find((fault) => concerns.room.includes(fault.kind)) ??
      floor.find((fault) => concerns.floor.includes(fault.kind))
    );
  }

  /** What happens this minute. */
  work(): void {
    const { minute } = this.#building;
    const due = this.#running.filter(({ until }) => until <= minute);
    this.#running = this.#running.filter(({ until }) => until > minute);
    for (const { planned } of due) this.#finishStage(planned);
    if (this.#waiting.length === 0) return;
    const order = this.#byDue ? dueOf : (each: Planned) => each.job.asked;
    this.#waiting = this.#waiting.toSorted((a, b) => order(a) - order(b)).filter((planned) => !this.#begin(planned));
  }

  #begin(planned: Planned): boolean {
    const { minute } = this.#building;
    const stage = planned.stages[planned.at];
    if (stage === undefined) return true;
    const pool = this.#free[stage.pool];
    const first = pool.indexOf(Math.min(...pool));
    if (first < 0 || (pool[first] ?? 0) > minute) return false;
    pool[first] = minute + stage.min;
    this.#running.push({ until: minute + stage.min, planned });
    if (!planned.hasBegun) for (const job of [planned.job, ...planned.others]) job.started?.();
    planned.hasBegun = true;
    return true;
  }

  #finishStage(planned: Planned): void {
    const { job, stages, at } = planned;
    const { minute, people, world } = this.#building;
    const isWaiting =
      job.kind === "clean" && at === 0 && (people[job.room] ?? 0) > 0 && minute < world.scenario.days.to_min - 2;
    if (isWaiting) {
      this.#running.push({ until: minute + 1, planned });
      return;
    }
    if (stages[at]?.suffices === true) {
      const result = this.#found(planned);
      const jobs = [job, ...planned.others];
      for (const each of jobs) this.#mend(each);
      for (const each of jobs) each.ended?.(result);
    } else if (at + 1 < stages.length) {
      planned.at += 1;
      this.#waiting.push(planned);
    } else for (const each of [job, ...planned.others]) each.ended?.("failed");
  }

  /** What those who were sent saw before they did anything. */
  #found({ job, fault }: Planned): JobResult {
    const { kind, visit, asked } = job;
    if (fault?.kind === "part") return "unharmed";
    if (kind === "clean" && visit !== undefined && this.#building.resetDone(visit) <= asked) return "nothing";
    if (kind === "occ" && (this.#building.people[job.room] ?? 0) === 0) return "nothing";
    if (kind === "climate" && fault === undefined && this.#building.isComfortable(job.room)) return "nothing";
    return fault !== undefined || isOfPeople(job) ? "mended" : "nothing";
  }

  #mend({ kind, room, visit }: Job): void {
    const building = this.#building;
    const { own, floor } = building.active(room);
    for (const fault of own) if (CONCERNS[kind].room.includes(fault.kind)) building.mend(fault);
    for (const fault of floor) if (CONCERNS[kind].floor.includes(fault.kind)) building.mend(fault);
    if (kind === "air") building.airOut(room, HELP_MIN);
    if (kind === "climate") building.boost(room, HELP_MIN);
    if (kind === "occ" && visit !== undefined) building.wrapUp(room, visit.arrival);
    if (kind === "clean" && visit !== undefined) building.reset(visit);
  }
}

const isOfPeople = ({ kind }: Job): boolean =>
  kind === "occ" || kind === "clean" || kind === "air" || kind === "climate";

/** The most urgent of those who called counts. */
const dueOf = ({ job, others }: Planned): number => Math.min(job.due, ...others.map(({ due }) => due));

const freePools = ({ staff }: Scenario): Record<Pool, number[]> => {
  const idle = (people: number): number[] => Array.from({ length: people }, () => 0);
  const { remote, tech, fac, host, net } = staff.pools;
  return { remote: idle(remote), tech: idle(tech), fac: idle(fac), host: idle(host), net: idle(net) };
};

/** The stages of a job with their luck. */
function planOf(world: { seed: number; scenario: Scenario }, key: string, kind: PlanKind): Stage[] {
  const chance = new Random(world.seed, "plan", key, kind);
  return world.scenario.staff.plans[kind].map(({ pool, takes, suffices }) => {
    const min = takes.reduce((sum, part) => sum + draw(chance, part), 0);
    return { pool, min, suffices: chance.chance(suffices) };
  });
}

/** By when nine of ten jobs of a kind are done, min: from forty tickets of another year. */
export function ticketsQ90(world: { seed: number; scenario: Scenario }, kind: PlanKind): number {
  const other = { seed: world.seed + 99, scenario: world.scenario };
  const totals = Array.from({ length: 40 }, (_, i) => {
    let total = 0;
    for (const { min, suffices } of planOf(other, `ticket.${i}`, kind)) {
      total += min;
      if (suffices) break;
    }
    return total;
  }).toSorted((a, b) => a - b);
  return (totals[35] ?? 0) + 1;
}

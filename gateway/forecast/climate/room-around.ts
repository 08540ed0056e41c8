import type { RoomCard } from "#contract/messages/room.ts";
import { type Instant, instant } from "#contract/units.ts";
import type { RoomState } from "../../rooms/room-state.ts";
import { spanOf } from "../../rooms/span.ts";
import type { SiteLearner } from "../site/site-learner.ts";
import type { Around } from "./around.ts";
import { stepOf } from "./grid.ts";
import { type LocalTime, momentOf } from "./local-time.ts";
import { ClimatePool } from "./pool.ts";

export interface RoomAroundOptions {
  room: RoomState;
  now(): Instant;
  occupied(): boolean | undefined;
  site(): SiteLearner;
}

/** So many moments of a span are looked up, at least and at most, one every ten minutes: whether climate control runs then. */
const LOOKS = { least: 6, most: 24, every: 600_000 } as const;

/** What is known around a live room's air: its people, its calendar, its climate control, its site. */
export class RoomAround implements Around {
  readonly #options: RoomAroundOptions;
  /** When each use of the room begins and ends, one after the other: looked through for every step and horizon. */
  #uses: readonly number[] = [];
  #shape = -1;

  constructor(options: RoomAroundOptions) {
    this.#options = options;
  }

  get zone(): string {
    return this.#options.room.card?.zone ?? "UTC";
  }

  get occupied(): boolean | undefined {
    return this.#options.occupied();
  }

  get people(): number | undefined {
    return this.#measured("people_count");
  }

  get setpointC(): number | undefined {
    return this.#measured("setpoint_c");
  }

  get pool(): ClimatePool {
    return climateOf(this.#options.site());
  }

  booked(from: Instant, to: Instant): number | undefined {
    const uses = this.#bookings();
    if (uses.length === 0 || to <= from) return undefined;
    let booked = 0;
    for (let i = 0; i < uses.length; i += 2) {
      const start = uses[i] as number;
      const end = uses[i + 1] as number;
      if (start < to && end > from) booked += Math.min(end, to) - Math.max(start, from);
    }
    return Math.min(1, booked / (to - from));
  }

  begins(from: Instant, to: Instant): boolean {
    const uses = this.#bookings();
    for (let i = 0; i < uses.length; i += 2) {
      const start = uses[i] as number;
      if (start > from && start <= to) return true;
    }
    return false;
  }

  conditioned(from: Instant, to: Instant): number | undefined {
    const hvac = this.#options.room.card?.hvac;
    if (hvac === undefined) return undefined;
    return runningShare(scheduleOf(hvac), this.zone, { from, to });
  }

  ranMin(at: Instant): number | undefined {
    const { card } = this.#options.room;
    return card === undefined ? undefined : runningMin(card, at);
  }

  #measured(metric: string): number | undefined {
    const seen = this.#options.room.best(metric, this.#options.now());
    const value = seen?.slot?.value;
    return seen?.kind === "known" && typeof value === "number" ? value : undefined;
  }

  /** Bookings and visits alike bring people. */
  #bookings(): readonly number[] {
    const { room } = this.#options;
    if (this.#shape !== room.shape) {
      this.#shape = room.shape;
      this.#uses = [...room.bookings, ...room.demos].flatMap((wired) => {
        const { start, end } = spanOf(wired);
        return [start, end];
      });
    }
    return this.#uses;
  }
}

/** What a site's rooms share of their climate; what was remembered of it comes back when it is first asked for. */
export function climateOf(site: SiteLearner): ClimatePool {
  if (!(site.climate instanceof ClimatePool)) site.climate = ClimatePool.from(site.climate);
  site.isDirty = true;
  return site.climate as ClimatePool;
}

const hourOf = (time: string): number => Number(time.slice(0, 2)) + Number(time.slice(3, 5)) / 60;

/** What a card says of climate control. */
type Controlled = Pick<RoomCard, "hvac" | "zone">;

/**
 * The share of a span in which climate control runs by a room's card, beginning so much later than that says; `undefined` where the card does
 * not say.
 */
export const conditionedShare = (
  { hvac, zone }: Controlled,
  span: { from: number; to: number },
  lateMin = 0,
): number | undefined => (hvac === undefined ? undefined : runningShare(scheduleOf(hvac, lateMin), zone, span));

/**
 * For how many minutes climate control has been on by a room's card, beginning so much later than that says; `undefined` where it is off, or the
 * card does not say.
 */
export function runningMin({ hvac, zone }: Controlled, now: number, lateMin = 0): number | undefined {
  if (hvac === undefined) return undefined;
  const schedule = scheduleOf(hvac, lateMin);
  const moment = momentOf(zone, stepOf(instant(now)));
  if (!isRunning(schedule, moment)) return undefined;
  return ((moment.hour - schedule.on + 24) % 24) * 60;
}

interface Schedule {
  days: readonly number[] | undefined;
  on: number;
  off: number;
}

/** Read once per card: the same few are looked at many times in each forecast. */
const schedules = new WeakMap<NonNullable<RoomCard["hvac"]>, Schedule>();

function scheduleOf(hvac: NonNullable<RoomCard["hvac"]>, lateMin = 0): Schedule {
  let schedule = schedules.get(hvac);
  if (schedule === undefined) {
    schedule = { days: hvac.days, on: hourOf(hvac.on), off: hourOf(hvac.off) };
    schedules.set(hvac, schedule);
  }
  return lateMin === 0 ? schedule : { ...schedule, on: laterOn(schedule, lateMin / 60) };
}

/** It begins later, never after it ends, and on the same day: what is later than that is left to the schedule. */
const laterOn = ({ on, off }: Schedule, hours: number): number =>
  on <= off ? Math.min(off, on + hours) : on + hours < 24 ? on + hours : on;

function runningShare(schedule: Schedule, zone: string, { from, to }: { from: number; to: number }): number {
  const looks = Math.max(LOOKS.least, Math.min(LOOKS.most, Math.round((to - from) / LOOKS.every)));
  let runs = 0;
  for (let look = 0; look < looks; look++) {
    const step = stepOf(instant(from + ((look + 0.5) / looks) * (to - from)));
    if (isRunning(schedule, momentOf(zone, step))) runs += 1;
  }
  return runs / looks;
}

/** Whether a schedule lets climate control run at a local time. One that ends before it begins runs through the night. */
function isRunning({ days, on, off }: Schedule, { hour, day }: LocalTime): boolean {
  if (on <= off) return hour >= on && hour < off && isOn(days, day);
  return (hour >= on && isOn(days, day)) || (hour < off && isOn(days, ((day + 5) % 7) + 1));
}

const isOn = (days: readonly number[] | undefined, day: number): boolean => days === undefined || days.includes(day);

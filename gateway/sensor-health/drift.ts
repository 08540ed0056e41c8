import { hours } from "#contract/units.ts";
import { type Episode, openEpisode } from "./episode.ts";
import { median, round } from "./level.ts";
import type { MetricTraits } from "./metric-traits.ts";
import type { PeerLevels } from "./peer-levels.ts";

/** A series by the day. JSON. */
export interface DriftHealth {
  /** The day that is being gathered. */
  day: number;
  first: number;
  last: number;
  sum: number;
  count: number;
  low: number;
  /** The first whole days: its own history. */
  baseline: number[];
  /** The last whole day, to be judged once the others have told theirs. */
  closed?: { day: number; shift: number } | undefined;
  /** Days in a row that it was off. */
  offDays: number;
  offFrom: number;
  open?: Episode | undefined;
}

export const newDriftHealth = (): DriftHealth => ({
  day: 0,
  first: 0,
  last: 0,
  sum: 0,
  count: 0,
  low: 0,
  baseline: [],
  closed: undefined,
  offDays: 0,
  offFrom: 0,
  open: undefined,
});

const DAY = hours(24);
/** A day counts when it was seen nearly from end to end. */
const WHOLE = hours(20);
const BASELINE_DAYS = 3;
const OFF_DAYS = 2;
/** Beside another sensor in the same air; a room among other rooms may have changed by itself. */
const SURE = 0.85;
const UNSURE = 0.6;
/** An open drift ends when it is back within this share of its limit. */
const BACK = 0.5;

export interface DriftInput {
  metric: string;
  room: string;
  device: string;
  value: number;
  at: number;
  peers: PeerLevels;
}

/** `drift`: the daily level leaves its own history, and the others don't come along. Returns an episode that began or ended. */
export function judgeDrift(
  health: DriftHealth,
  drift: NonNullable<MetricTraits["drift"]>,
  input: DriftInput,
): Episode | undefined {
  const { value, at } = input;
  const day = Math.floor(at / DAY);
  let told: Episode | undefined;
  if (day !== health.day) {
    if (health.count > 0 && health.last - health.first >= WHOLE) told = closeDay(health, drift, input);
    health.day = day;
    health.first = at;
    health.sum = 0;
    health.count = 0;
    health.low = round(value);
  }
  health.last = at;
  health.sum = round(health.sum + value);
  health.count += 1;
  if (value < health.low) health.low = round(value);
  return told;
}

function closeDay(
  health: DriftHealth,
  drift: NonNullable<MetricTraits["drift"]>,
  input: DriftInput,
): Episode | undefined {
  const level = drift.use === "low" ? health.low : health.sum / health.count;
  if (health.baseline.length < BASELINE_DAYS) {
    health.baseline.push(round(level));
    return undefined;
  }
  const before = health.closed;
  const shift = round(level - median(health.baseline));
  health.closed = { day: health.day, shift };
  input.peers.note({ ...input, day: health.day, shift });
  // The others close this day at about the same time, so it is the day before that can be compared.
  return before === undefined ? undefined : judgeDay(health, drift, input, before);
}

function judgeDay(
  health: DriftHealth,
  drift: NonNullable<MetricTraits["drift"]>,
  input: DriftInput,
  { day, shift }: { day: number; shift: number },
): Episode | undefined {
  const { inRoom, elsewhere } = input.peers.others({ ...input, day, shift });
  const others = inRoom ?? elsewhere;
  if (others === undefined) return undefined;
  const limit = inRoom === undefined ? drift.elsewhere : drift.inRoom;
  // Two that part don't tell which of them left; the one that moved more has.
  const off = Math.abs(shift) >= Math.abs(others) ? shift - others : 0;
  const open = health.open;
  if (open !== undefined) {
    if (Math.abs(off) > BACK * limit) {
      open.last = input.at;
      open.worst = off;
      return undefined;
    }
    open.to = day * DAY;
    health.open = undefined;
    health.offDays = 0;
    return open;
  }
  if (Math.abs(off) <= limit) {
    health.offDays = 0;
    return undefined;
  }
  if (health.offDays === 0) health.offFrom = day * DAY;
  health.offDays += 1;
  if (health.offDays < OFF_DAYS) return undefined;
  health.open = openEpisode("drift", input.metric, health.offFrom, inRoom === undefined ? UNSURE : SURE);
  health.open.last = input.at;
  health.open.worst = off;
  return health.open;
}

/** A drift against the room's own other sensors is sure enough to disbelieve the value. */
export const isDisbelieved = (health: DriftHealth): boolean =>
  health.open !== undefined && health.open.confidence >= SURE;

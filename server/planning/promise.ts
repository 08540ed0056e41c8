import type { PromiseInput, PromiseOption } from "#contract/api/requests.ts";
import type { RoomView } from "#contract/api/views.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import { hours, type Instant, minutes } from "#contract/units.ts";
import type { TrackRecord } from "../store/receipts.ts";
import { AHEAD } from "./room-plan.ts";

/** What is in the way of a visit. */
export interface Busy {
  what: "visit" | "booking" | "maintenance";
  start_ms: number;
  end_ms: number;
}

export interface PromiseFacts {
  view: RoomView;
  /** The gateway's word, where it is fresh. */
  readiness: RoomReadiness | undefined;
  busy: readonly Busy[];
  track: TrackRecord | undefined;
  now: Instant;
}

/** Before a room has a record it is taken for an ordinary one: nine visits of ten start ready (science §2.2), weighed as this many visits. */
const PRIOR_READY = 0.9;
const PRIOR_VISITS = 8;
/** From here on a room's own record speaks louder than the prior. */
const LEARNED_FROM = 20;
/** What is wrong now is mended, and what is right breaks, on this scale (science §2.1: heal by A). */
const FORGETS_AFTER = minutes(240);
/** A forecast for another visit speaks for times near it. */
const FORECAST_REACH = minutes(90);
const READY_NOW: Readonly<Record<RoomView["outcome"], number>> = {
  ready: 0.985,
  degraded: 0.9,
  unknown: 0.7,
  not_ready: 0.1,
};

/** Whether a room can be promised for a time and needs: an honest answer, with the one reason that matters. */
export function decidePromise(input: PromiseInput, facts: PromiseFacts): PromiseOption {
  const lacks = whatIsLacking(input, facts.view);
  const inTheWay = facts.busy.find(
    (one) => one.start_ms < Date.parse(input.end) && one.end_ms > Date.parse(input.start),
  );
  const { p, basis } = chance(input, facts);
  const isPossible = lacks === undefined && inTheWay === undefined;
  return {
    room: facts.view,
    answer: isPossible ? answerOf(p) : "no",
    p_ready: isPossible ? round(p) : 0,
    basis,
    reason: lacks ?? (inTheWay === undefined ? reasonOf(input, facts) : obstacle(inTheWay, facts.view.zone)),
    to_do: isPossible ? toDo(input, facts) : [],
    fits: lacks === undefined,
    free: inTheWay === undefined,
  };
}

/** Best first: possible, then likely, then the room that is not larger than it need be. */
export const byPromise = (a: PromiseOption, b: PromiseOption): number =>
  Number(b.fits && b.free) - Number(a.fits && a.free) ||
  b.p_ready - a.p_ready ||
  a.room.seats - b.room.seats ||
  (a.room.key < b.room.key ? -1 : 1);

const answerOf = (p: number): PromiseOption["answer"] =>
  p >= 0.95 ? "yes" : p >= 0.8 ? "likely" : p >= 0.5 ? "uncertain" : "no";
const round = (p: number): number => Math.round(p * 1_000) / 1_000;
const CAPABILITY_WORDS: Readonly<Record<string, string>> = {
  display: "display",
  video_call: "video call",
  audio: "audio",
  whiteboard: "whiteboard",
  catering: "catering",
  step_free: "step-free access",
};

function whatIsLacking({ needs }: PromiseInput, view: RoomView): string | undefined {
  const people = needs.people ?? 0;
  if (people > view.seats) return `${view.name} seats ${view.seats}; ${people} are coming.`;
  const missing = (needs.capabilities ?? []).filter((capability) => !view.capabilities.includes(capability));
  if (missing.length === 0) return undefined;
  return `${view.name} has no ${missing.map((capability) => CAPABILITY_WORDS[capability] ?? capability).join(" and no ")}.`;
}

/** The room's record, drawn towards how it is now the nearer the visit is, and towards a forecast that exists for about then. */
function chance(
  input: PromiseInput,
  { view, readiness, track, now }: PromiseFacts,
): { p: number; basis: PromiseOption["basis"] } {
  const visits = track?.visits ?? 0;
  const record = ((track?.ready ?? 0) + PRIOR_READY * PRIOR_VISITS) / (visits + PRIOR_VISITS);
  const start = Date.parse(input.start);
  const lead = Math.max(0, start - now);
  const isLive = view.currency === "live" && readiness !== undefined;
  const present = isLive ? READY_NOW[view.outcome] : Math.min(record, READY_NOW.unknown);
  let p = record + (present - record) * Math.exp(-lead / FORGETS_AFTER);
  const forecast = isLive ? forecastNear(readiness, start) : undefined;
  if (forecast !== undefined) p += (forecast.p_ready - p) * Math.exp(-forecast.gap / FORECAST_REACH);
  const isLearned = visits >= LEARNED_FROM || forecast?.basis === "learned";
  return { p: Math.min(1, Math.max(0, p)), basis: isLearned ? "learned" : "prior" };
}

function forecastNear(
  readiness: RoomReadiness,
  start: number,
): { p_ready: number; gap: number; basis: "learned" | "prior" } | undefined {
  const near = readiness.demos
    .map((demo) => ({ ...demo, gap: Math.abs(Date.parse(demo.arrival) - start) }))
    .filter((demo) => demo.gap <= 2 * FORECAST_REACH)
    .toSorted((a, b) => a.gap - b.gap)[0];
  return near;
}

/** Who is in the room now, or works in it, says nothing of a visit that comes later: the calendar does. */
const PASSES: ReadonlySet<string> = new Set(["unoccupied", "maintenance"]);
function isPassing({ now }: RoomReadiness): boolean {
  const wrong = now.checks.filter(({ outcome }) => outcome !== "ready");
  return wrong.length > 0 && wrong.every(({ check }) => PASSES.has(check));
}

function reasonOf(input: PromiseInput, { view, readiness, track, now }: PromiseFacts): string {
  const lead = Date.parse(input.start) - now;
  const isSoon = lead <= hours(8);
  if (view.currency !== "live" && isSoon) return "Nothing is known of it right now; this is what its record says.";
  if (readiness !== undefined && isSoon && view.outcome !== "ready" && !isPassing(readiness)) return view.sentence;
  const record =
    track === undefined || track.visits === 0
      ? "No visit has started here yet; this is what rooms usually do."
      : `${track.ready} of the last ${track.visits} visits started ready.`;
  return lead > AHEAD ? `${record} It is judged from 48 h before.` : record;
}

const OBSTACLES: Readonly<Record<Busy["what"], string>> = {
  visit: "Another visit is here",
  booking: "It is booked",
  maintenance: "It is in maintenance",
};

const obstacle = (busy: Busy, zone: string): string => `${OBSTACLES[busy.what]} ${spanText(busy, zone)}.`;

function spanText({ start_ms, end_ms }: Busy, zone: string): string {
  const inZone = (ms: number): Temporal.ZonedDateTime => {
    const at = Temporal.Instant.fromEpochMilliseconds(ms);
    try {
      return at.toZonedDateTimeISO(zone);
    } catch {
      return at.toZonedDateTimeISO("UTC");
    }
  };
  const [from, to] = [inZone(start_ms), inZone(end_ms)];
  const clock = (at: Temporal.ZonedDateTime): string => at.toPlainTime().toString({ smallestUnit: "minute" });
  const isOneDay = from.toPlainDate().equals(to.toPlainDate());
  return `from ${clock(from)} to ${isOneDay ? "" : `${to.toPlainDate().toString()} `}${clock(to)}`;
}

const MOST_TO_DO = 5;

/** What would have to be done so that it comes true. */
function toDo(input: PromiseInput, { view, readiness }: PromiseFacts): string[] {
  const orders = (input.needs.capabilities ?? []).includes("catering") ? ["Order the catering."] : [];
  if (readiness === undefined || view.currency !== "live") return orders;
  const near = forecastNearDemo(readiness, Date.parse(input.start));
  const remedies = near?.causes.flatMap((cause) => cause.steps.slice(0, 1).map((step) => step.label));
  const wrong = readiness.now.checks
    .filter(({ check, outcome }) => (outcome === "not_ready" || outcome === "degraded") && !PASSES.has(check))
    .map((check) => check.sentence);
  return [...new Set([...(remedies ?? wrong), ...orders])].slice(0, MOST_TO_DO);
}

const forecastNearDemo = (readiness: RoomReadiness, start: number): RoomReadiness["demos"][number] | undefined =>
  readiness.demos.find((demo) => Math.abs(Date.parse(demo.arrival) - start) <= FORECAST_REACH);

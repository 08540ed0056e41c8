import type { DemoReadiness, RoomReadiness } from "#contract/messages/readiness.ts";
import type { Booking, Demo, RoomCard } from "#contract/messages/room.ts";
import { type Instant, instant, minutes } from "#contract/units.ts";
import { at } from "../alerts/finding.ts";
import { localTime } from "../alerts/local-time.ts";
import { kindOf } from "../alerts/policy.ts";
import { type NudgePolicy } from "./policy.ts";

/** A room as it was just judged, with everything that says who is in it when. */
export interface RoomToNudge {
  site: string;
  room: string;
  card: RoomCard;
  demos: readonly Demo[];
  bookings: readonly Booking[];
  readiness: RoomReadiness;
}

/** `before`: the booking still runs. `over`: it has ended and somebody is still there. `reset`: the room is to be reset. */
export type NudgePhase = "before" | "over" | "reset";

/** What the room's panel should say now. */
export interface NudgeWanted {
  nudge: "wrap_up" | "reset_visit";
  phase: NudgePhase;
  demo: string;
  /** Since when it should be said: a word from before this is to be said again. */
  since: Instant;
  until: Instant;
  text: string;
}

export interface NudgeDecision {
  wanted?: NudgeWanted;
  /** When to look again, if time alone could change it. */
  lookAgain?: Instant;
}

/** No panel speaks of a visit that is further away. */
const AHEAD = minutes(180);
/** Where nobody has booked the room before a visit, or for longer than until then, people are asked to leave from here on. */
const STRAY_FROM = minutes(20);
/** They have no booked end to be reminded of: their first reminder comes no earlier than so long before that. */
const STRAY_AHEAD = minutes(15);
const MUST_BE_EMPTY = minutes(5);
const SENSOR_LAG = minutes(3);
const TIGHT = minutes(10);
const TIGHT_RESET = minutes(45);

/** Everything that `decideNudge` looks at but the clock, the card and the calendar: while it is the same, so is the answer until `lookAgain`. */
export function gistOf({ readiness }: RoomToNudge): string {
  let gist = String(peopleIn(readiness));
  for (const judged of readiness.demos) {
    const reset = judged.verdict.checks.find((each) => each.check === "reset_visit")?.outcome ?? "";
    gist += ` ${judged.demo} ${riskOf(judged, "occupied")} ${riskOf(judged, "reset_visit") > 0} ${reset}`;
  }
  return gist;
}

/** What the room's panel should say for the next visit: nothing while a client is in the room, and never who is coming. */
export function decideNudge(view: RoomToNudge, policy: NudgePolicy, now: Instant): NudgeDecision {
  const next = nextVisit(view, now);
  if (next === undefined) return {};
  const { demo, readiness } = next;
  const arrival = at(demo.arrival);
  if (arrival - now > AHEAD) return { lookAgain: instant(arrival - AHEAD) };
  const running = view.demos.find((each) => each !== demo && at(each.start) <= now && now < at(each.end));
  if (running !== undefined) return { lookAgain: at(running.end) };
  const wrapUp = decideWrapUp(view, { demo, readiness, arrival }, policy, now);
  if (wrapUp.wanted !== undefined) return wrapUp;
  const reset = decideReset(view, { demo, readiness, arrival }, policy, now);
  return { ...reset, ...soonest(wrapUp.lookAgain, reset.lookAgain) };
}

interface Next {
  demo: Demo;
  readiness: DemoReadiness;
  arrival: Instant;
}

function nextVisit({ demos, readiness }: RoomToNudge, now: Instant): Omit<Next, "arrival"> | undefined {
  let next: Omit<Next, "arrival"> | undefined;
  for (const judged of readiness.demos) {
    const arrival = at(judged.arrival);
    if (arrival <= now || (next !== undefined && arrival >= at(next.demo.arrival))) continue;
    const demo = demos.find((each) => each.id === judged.demo);
    if (demo !== undefined) next = { demo, readiness: judged };
  }
  return next;
}

/** Half an hour, fifteen and five minutes before a tight booking ends, when it runs over, and again while it does. */
function decideWrapUp(view: RoomToNudge, next: Next, policy: NudgePolicy, now: Instant): NudgeDecision {
  const { arrival, demo } = next;
  const risk = riskOf(next.readiness, "occupied");
  const people = peopleIn(view.readiness);
  if (risk < policy.riskToNudge || people === false) return {};
  const booked = bookedUntil(view, arrival, now);
  const end = Math.min(booked ?? arrival - STRAY_FROM, arrival - MUST_BE_EMPTY);
  // Sensors need two minutes to see that people have left; where the visit is near there is no time for that.
  const overFrom =
    booked === undefined || arrival - end <= TIGHT ? end : Math.max(end + SENSOR_LAG, arrival - STRAY_FROM);
  const moments = policy.wrapUpBefore
    .filter((before) => booked !== undefined || before <= STRAY_AHEAD)
    .map((before) => instant(end - before));
  for (let over = overFrom; over < arrival; over += policy.again) moments.push(instant(over));
  const { since, lookAgain } = latestOf(moments, now);
  if (since === undefined) return { ...soonest(lookAgain) };
  if (now >= end && now < overFrom) return { ...soonest(lookAgain) };
  const isOver = now >= end;
  // Where nobody can tell whether people are there, only those who booked it are asked.
  if (isOver && people !== true) return { ...soonest(lookAgain) };
  const clock = (time: Instant): string => localTime(time, view.card.zone, now);
  const by = clock(instant(Math.max(end, arrival - minutes(10))));
  const text = isOver
    ? `A client is expected in this room at ${clock(arrival)}. Please wrap up and leave now. Thank you.`
    : `A client is expected in this room at ${clock(arrival)}. Please wrap up by ${by}. Thank you.`;
  return {
    wanted: { nudge: "wrap_up", phase: isOver ? "over" : "before", demo: demo.id, since, until: arrival, text },
    ...soonest(lookAgain, isOver ? arrival : instant(end)),
  };
}

/** The reset is due anyway: a reminder where it is done, and to press the button, costs nobody a walk. */
function decideReset(view: RoomToNudge, next: Next, policy: NudgePolicy, now: Instant): NudgeDecision {
  const { arrival, demo, readiness } = next;
  const check = readiness.verdict.checks.find((each) => each.check === "reset_visit");
  const isOpen = (check !== undefined && check.outcome !== "ready") || riskOf(readiness, "reset_visit") > 0;
  const free = Math.max(0, ...usesBefore(view, arrival));
  // Sensors see late that people have left: once the last booking is over, it is said all the same.
  const isInUse = peopleIn(view.readiness) === true && !(free <= now && arrival - free < TIGHT_RESET);
  if (!isOpen || isInUse) return {};
  const moments = policy.resetBefore.map((before) => instant(Math.max(free, arrival - before)));
  const { since, lookAgain } = latestOf(moments, now);
  if (since === undefined) return { ...soonest(lookAgain) };
  const time = localTime(arrival, view.card.zone, now);
  const text = `This room is to be reset for a client at ${time}. Done already? Please press the reset button.`;
  return {
    wanted: { nudge: "reset_visit", phase: "reset", demo: demo.id, since, until: arrival, text },
    ...soonest(lookAgain, arrival),
  };
}

function riskOf({ causes }: DemoReadiness, kind: string): number {
  let risk = 0;
  for (const { cause, p_ready } of causes)
    if (cause.startsWith(kind) && kindOf(cause) === kind) risk = Math.max(risk, 1 - p_ready);
  return risk;
}

/** Whether people are in the room, as it has settled; `undefined` where nothing tells. */
function peopleIn({ now }: RoomReadiness): boolean | undefined {
  const check = now.checks.find((each) => each.check === "unoccupied");
  return check === undefined || check.outcome === "unknown" ? undefined : check.outcome !== "ready";
}

/** When the room was or is last booked before a visit, if that is not long ago. */
function bookedUntil(view: RoomToNudge, arrival: Instant, now: Instant): Instant | undefined {
  const last = Math.max(0, ...usesBefore(view, arrival));
  return last < now - minutes(60) ? undefined : instant(last);
}

const usesBefore = ({ bookings }: RoomToNudge, arrival: Instant): number[] =>
  bookings.filter(({ start }) => at(start) < arrival).map(({ end }) => at(end));

/** The latest of some moments that has come, and the first that has not. */
function latestOf(moments: readonly Instant[], now: Instant): { since?: Instant; lookAgain?: Instant } {
  const come = moments.filter((moment) => moment <= now);
  const later = moments.filter((moment) => moment > now);
  return {
    ...(come.length > 0 && { since: instant(Math.max(...come)) }),
    ...(later.length > 0 && { lookAgain: instant(Math.min(...later)) }),
  };
}

function soonest(...moments: readonly (Instant | undefined)[]): { lookAgain?: Instant } {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? {} : { lookAgain: instant(Math.min(...known)) };
}

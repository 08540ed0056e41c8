import { roomKey } from "#contract/ids.ts";
import type { CheckResult, Cause, DemoReadiness, RoomReadiness } from "#contract/messages/readiness.ts";
import type { Booking, Demo, MaintenanceWindow, RoomCard } from "#contract/messages/room.ts";
import { type Instant, type Millis, parseInstant, seconds } from "#contract/units.ts";
import { isShared } from "./topology.ts";

/** A room as it was just judged. */
export interface Judgement {
  site: string;
  room: string;
  card: RoomCard;
  demos: readonly Demo[];
  /** What else the room is booked for. */
  bookings?: readonly Booking[];
  windows: readonly MaintenanceWindow[];
  readiness: RoomReadiness;
}

/** One visit that one cause endangers. */
export interface Member {
  roomKey: string;
  roomName: string;
  floor: string;
  zone: string;
  demo: string;
  title: string;
  account: string | undefined;
  arrival: Instant;
  end: Instant;
  actBy: Instant;
  /** 1 − P(gone at arrival if nobody acts). */
  risk: number;
  cause: Cause;
  /** Every check that it spoils is unknown: nothing is known to be broken, nothing is heard. */
  isSilence: boolean;
  /** Since when its checks have been as they are. */
  since: Instant;
  /** How far apart the reports are that would tell. */
  reportInterval: Millis;
  /** Known from the wire only: its room has not been judged since the restart. */
  isRestored?: boolean;
}

/** A cause with the visits that it endangers, soonest act-by first. */
export interface Finding {
  site: string;
  cause: string;
  members: readonly [Member, ...Member[]];
}

export const memberKey = (member: { roomKey: string; demo: string }): string => `${member.roomKey}|${member.demo}`;

const MOST_KNOWN = 4_096;
/** The same few visits and act-bys are read at every judgement. */
const known = new Map<string, Instant>();

/** The instant of a text that its schema has already accepted. */
export function at(text: string): Instant {
  let instant = known.get(text);
  if (instant === undefined) {
    instant = parseInstant(text) ?? (Number.NaN as Instant);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, instant);
  }
  return instant;
}

/** The visits of a room that are endangered, by cause. Demos that are over, or that the room does not have, are nobody's need. */
export function membersOf(judgement: Judgement, now: Instant): Member[] {
  const members: Member[] = [];
  for (const readiness of judgement.readiness.demos) {
    if (readiness.causes.length === 0) continue;
    const demo = judgement.demos.find((each) => each.id === readiness.demo);
    if (demo === undefined || at(demo.end) <= now) continue;
    for (const cause of readiness.causes) members.push(memberOf(judgement, readiness, demo, cause));
  }
  return members;
}

function memberOf(judgement: Judgement, readiness: DemoReadiness, demo: Demo, cause: Cause): Member {
  const spoilt = readiness.verdict.checks.filter(
    (check) => cause.checks.includes(check.check) && check.outcome !== "ready",
  );
  const arrival = at(demo.arrival);
  const actBy = at(cause.act_by);
  return {
    ...visitOf(judgement, demo),
    actBy: Math.min(actBy, arrival) as Instant,
    risk: 1 - cause.p_ready,
    cause,
    isSilence: spoilt.length > 0 && spoilt.every((check) => check.outcome === "unknown"),
    since: Math.min(at(judgement.readiness.at), ...spoilt.map((check) => at(check.since))) as Instant,
    reportInterval: isShared(cause.cause) ? seconds(0) : reportIntervalOf(judgement.readiness, spoilt),
  };
}

/** Which visit to which room a member is about. */
export function visitOf({ site, room, card }: Judgement, demo: Demo): VisitOfMember {
  return {
    roomKey: roomKey(site, room),
    roomName: card.name,
    floor: card.floor,
    zone: card.zone,
    demo: demo.id,
    title: demo.title,
    account: demo.account,
    arrival: at(demo.arrival),
    end: at(demo.end),
  };
}
type VisitOfMember = Pick<
  Member,
  "roomKey" | "roomName" | "floor" | "zone" | "demo" | "title" | "account" | "arrival" | "end"
>;

/** The longest report interval among the evidence that the checks rest on. */
function reportIntervalOf(readiness: RoomReadiness, checks: readonly CheckResult[]): Millis {
  let longest = 0;
  for (const evidence of readiness.evidence) {
    if (checks.some((check) => check.device === evidence.device || check.metric === evidence.metric))
      longest = Math.max(longest, evidence.interval_s);
  }
  return seconds(longest > 0 ? longest : 60);
}

/** Joins the visits of one cause, soonest act-by first (ties by arrival, then name, so that order of arrival does not matter). */
export function findingOf(site: string, cause: string, members: Iterable<Member>): Finding | undefined {
  const [first, ...rest] = [...members].toSorted(
    (a, b) => a.actBy - b.actBy || a.arrival - b.arrival || (memberKey(a) < memberKey(b) ? -1 : 1),
  );
  return first === undefined ? undefined : { site, cause, members: [first, ...rest] };
}

import type { Booking, Demo, MaintenanceWindow, RoomCard } from "#contract/messages/room.ts";
import type { Instant } from "#contract/units.ts";
import { chanceToMend } from "./benefit.ts";
import { at, type Finding, type Member } from "./finding.ts";
import { type Incident, type Incidents, isOpen } from "./incident.ts";
import { type AlertPolicy, riskToRaise } from "./policy.ts";
import { priorityOf } from "./priority.ts";
import type { Signature } from "./signature.ts";
import type { Facts, RoomFacts } from "./stages/stage.ts";
import { isShared, parentsOf } from "./topology.ts";

/** What the desk remembers of a room's last judgement. */
export interface Room {
  card: RoomCard;
  demos: readonly Demo[];
  bookings: readonly Booking[] | undefined;
  windows: readonly MaintenanceWindow[];
  /** Of what was judged, as far as the desk cares. */
  signature: Signature;
}

/** Since when a room's own panel has been asking for what would mend a cause for a visit. */
export type NudgedSince = (roomKey: string, demo: string, cause: string) => Instant | undefined;

/** P(another room is found and ready) while there is time to go there. */
const MOVE_HELPS = 0.9;

export interface Surroundings {
  now: Instant;
  nudgedSince: NudgedSince;
  policy: AlertPolicy;
  rooms: ReadonlyMap<string, Room>;
  incidents: Incidents;
}

/** An incident that is told in place of another. */
export interface Explanation {
  incident: Incident;
  until?: Instant;
}

/** What the stages decide on, gathered for one finding. */
export function factsOf(finding: Finding, incident: Incident, around: Surroundings): Facts {
  const { now, policy, rooms } = around;
  const [first] = finding.members;
  const explanation = explanationOf(finding, incident, around);
  const nudgedSince = around.nudgedSince(first.roomKey, first.demo, finding.cause);
  const bookedUntil = bookedBefore(rooms.get(first.roomKey), first.arrival, now);
  const snoozedUntil = incident.alert?.snoozed_until;
  return {
    now,
    policy,
    cause: finding.cause,
    actBy: first.actBy,
    priority: priorityOf(first.actBy, now),
    since: Math.max(...finding.members.map((member) => member.since)) as Instant,
    isSilence: finding.members.every((member) => member.isSilence),
    reportInterval: first.reportInterval,
    rooms: finding.members.map((member) => roomFactsOf(member, rooms.get(member.roomKey), now)),
    ...(explanation === undefined ? {} : { explainedBy: explainedBy(explanation) }),
    gain: Math.max(...finding.members.map((member) => gainOf(member, policy, now))),
    isReopening: incident.alert !== undefined,
    risk: Math.max(...finding.members.map((member) => member.risk)),
    ...(bookedUntil === undefined ? {} : { bookedUntil }),
    ...(nudgedSince === undefined ? {} : { nudgedSince }),
    ...(snoozedUntil === undefined ? {} : { snoozedUntil: at(snoozedUntil) }),
  };
}

/** The chance that a call now adds: that it is mended, or that the visit goes elsewhere while there is time. */
function gainOf(member: Member, policy: AlertPolicy, now: Instant): number {
  const canMove = member.arrival - now >= policy.moveNeeds;
  return member.risk * Math.max(chanceToMend(member, now), canMove ? MOVE_HELPS : 0);
}

/** When the last booking before a visit ends, if that is still to come. */
function bookedBefore(room: Room | undefined, arrival: Instant, now: Instant): Instant | undefined {
  let last: Instant | undefined;
  for (const { start, end } of room?.bookings ?? []) {
    const until = at(end);
    if (until > now && until > (last ?? 0) && at(start) < arrival) last = Math.min(until, arrival) as Instant;
  }
  return last;
}

const explainedBy = ({ incident, until }: Explanation): { by: string; until?: Instant } => ({
  by: incident.cause,
  ...(until === undefined ? {} : { until }),
});

function roomFactsOf(member: Member, room: Room | undefined, now: Instant): RoomFacts {
  const facts: RoomFacts = {};
  const windowEnd = openUntil(room?.windows ?? [], now);
  if (windowEnd !== undefined) facts.maintenanceUntil = windowEnd;
  if (member.arrival <= now) return { ...facts, visitUntil: member.end, isOwnVisit: true };
  const running = room?.demos.find((demo) => at(demo.arrival) <= now && now < at(demo.end));
  return running === undefined ? facts : { ...facts, visitUntil: at(running.end) };
}

/** When maintenance that is under way ends: windows that touch count as one. */
function openUntil(windows: readonly MaintenanceWindow[], now: Instant): Instant | undefined {
  let until: Instant | undefined;
  for (const window of windows.toSorted((a, b) => at(a.start) - at(b.start)))
    if (at(window.start) <= (until ?? now) && at(window.end) > (until ?? now)) until = at(window.end);
  return until;
}

/** What takes this finding along and is told itself: a parent of the topology, or the same cause for an earlier visit of the room. */
export function explanationOf(finding: Finding, incident: Incident, around: Surroundings): Explanation | undefined {
  const { incidents, rooms, policy, now } = around;
  for (const member of finding.members) {
    const card = rooms.get(member.roomKey)?.card;
    if (card === undefined) continue;
    for (const cause of parentsOf(finding.cause, card, member.isSilence)) {
      const parent = incidents.get(`${finding.site}|${cause}`);
      if (parent !== undefined && parent !== incident && isTold(parent, policy)) return { incident: parent };
    }
  }
  if (isShared(finding.cause)) return undefined;
  const [first] = finding.members;
  for (const twin of incidents.inRoom(first.roomKey) ?? []) {
    if (twin === incident || twin.cause !== finding.cause || !isOpen(twin)) continue;
    for (const other of twin.members.values()) {
      const isEarlier = other.actBy < first.actBy || (other.actBy === first.actBy && twin.key < incident.key);
      if (isEarlier && other.arrival > now) return { incident: twin, until: other.arrival };
    }
  }
  return undefined;
}

/** Whether an incident is told, or will be as soon as waiting no longer pays. */
const isTold = (incident: Incident, policy: AlertPolicy): boolean =>
  isOpen(incident) || [...incident.members.values()].some((each) => each.risk >= riskToRaise(policy, incident.cause));

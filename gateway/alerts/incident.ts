import type { Cancel } from "#contract/clock.ts";
import { parseRoomKey } from "#contract/ids.ts";
import type { Alert } from "#contract/messages/alert.ts";
import { type Instant, seconds } from "#contract/units.ts";
import type { Farewell } from "./farewell.ts";
import { at, type Member, memberKey } from "./finding.ts";
import type { HeldReason } from "./stages/stage.ts";
import { isShared } from "./topology.ts";

/** A cause as the desk follows it, from the first suspicion to the closed alert. */
export interface Incident {
  key: string;
  site: string;
  cause: string;
  /** The room under whose topic its alert is kept: that of the first visit it endangered. */
  home: string;
  members: Map<string, Member>;
  alert: Alert | undefined;
  /** Since when the risk has been as high as to be sure. */
  sureSince: Instant | undefined;
  /** Since when an open alert's cause has been gone. */
  goneSince: Instant | undefined;
  farewell: Farewell;
  /** What is held back now, by what would be said; counted once each time it begins. */
  holding: Map<string, HeldReason>;
  held: Record<string, number>;
  /** Taken back from the wire: nothing is decided on it before a judgement, or this. */
  restoredUntil: Instant | undefined;
  publishedAt: Instant | undefined;
  /** Something small has changed that the wire does not have yet. */
  isUnpublished: boolean;
  cancel: Cancel | undefined;
}

/** One per visit and cause; one for all where the cause is shared. */
export function incidentKey(roomKey: string, demo: string, cause: string): string {
  return isShared(cause) ? `${parseRoomKey(roomKey).site}|${cause}` : `${roomKey}|${demo}|${cause}`;
}

export const newIncident = (key: string, roomKey: string, cause: string): Incident => ({
  key,
  site: parseRoomKey(roomKey).site,
  cause,
  home: roomKey,
  members: new Map(),
  alert: undefined,
  sureSince: undefined,
  goneSince: undefined,
  farewell: "gone",
  holding: new Map(),
  held: {},
  restoredUntil: undefined,
  publishedAt: undefined,
  isUnpublished: false,
  cancel: undefined,
});

/** The alert of an incident that has one: of what is told, reopened, resolved or closed. */
export function alertOf({ key, alert }: Incident): Alert {
  if (alert === undefined) throw new TypeError(`${key} has no alert`);
  return alert;
}

export const isOpen = (incident: Incident): boolean =>
  incident.alert !== undefined && incident.alert.status !== "resolved";

/** The visits that an alert of the wire endangered, as far as it says: each stands until its room is judged again. */
export function membersOfAlert(alert: Alert): Member[] {
  return (alert.members ?? []).map((member) => ({
    roomKey: member.room,
    roomName: parseRoomKey(member.room).room,
    floor: "",
    zone: "UTC",
    demo: member.demo,
    title: member.title,
    account: undefined,
    arrival: at(member.arrival),
    end: at(member.end),
    actBy: at(member.act_by),
    risk: 1 - member.p_ready,
    cause: {
      cause: alert.cause,
      checks: [],
      sentence: alert.sentence,
      p_ready: member.p_ready,
      act_by: member.act_by,
      steps: alert.steps,
    },
    isSilence: false,
    since: at(alert.raised_at),
    reportInterval: seconds(0),
    isRestored: true,
  }));
}

/** All incidents, found by key, by alert and by room. */
export class Incidents {
  readonly #byKey = new Map<string, Incident>();
  readonly #byAlert = new Map<string, Incident>();
  readonly #byRoom = new Map<string, Set<Incident>>();

  get(key: string): Incident | undefined {
    return this.#byKey.get(key);
  }
  byAlert(id: string): Incident | undefined {
    return this.#byAlert.get(id);
  }
  /** Those that endanger a visit in this room now. */
  inRoom(roomKey: string): ReadonlySet<Incident> | undefined {
    return this.#byRoom.get(roomKey);
  }
  all(): Iterable<Incident> {
    return this.#byKey.values();
  }

  add(incident: Incident): Incident {
    this.#byKey.set(incident.key, incident);
    return incident;
  }

  setAlert(incident: Incident, alert: Alert): void {
    incident.alert = alert;
    this.#byAlert.set(alert.id, incident);
  }

  forgetAlert(incident: Incident): void {
    if (incident.alert !== undefined) this.#byAlert.delete(incident.alert.id);
    incident.alert = undefined;
  }

  join(incident: Incident, member: Member): void {
    incident.members.set(memberKey(member), member);
    const there = this.#byRoom.get(member.roomKey);
    if (there === undefined) this.#byRoom.set(member.roomKey, new Set([incident]));
    else there.add(incident);
  }

  leave(incident: Incident, member: Member): void {
    incident.members.delete(memberKey(member));
    for (const other of incident.members.values()) if (other.roomKey === member.roomKey) return;
    const there = this.#byRoom.get(member.roomKey);
    there?.delete(incident);
    if (there?.size === 0) this.#byRoom.delete(member.roomKey);
  }

  drop(incident: Incident): void {
    incident.cancel?.();
    this.forgetAlert(incident);
    for (const member of incident.members.values()) this.leave(incident, member);
    this.#byKey.delete(incident.key);
  }
}

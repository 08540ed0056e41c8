import type { Alert, AlertMember, Alternative } from "#contract/messages/alert.ts";
import type { Demo } from "#contract/messages/room.ts";
import { type Instant, later, minutes, rfc3339 } from "#contract/units.ts";
import { type Hold, Holds } from "../alternatives/holds.ts";
import type { Span } from "../rooms/span.ts";
import type { Agenda } from "./agenda.ts";
import { reachedAt } from "./escalation.ts";
import { at, type Finding, type Member, memberKey } from "./finding.ts";
import { record } from "./history.ts";

/** Asks for other rooms for one visit, the best first; `isFree` tells which are not kept for somebody else. */
export type FindAlternatives = (visit: {
  roomKey: string;
  demo: Demo;
  p_ready: number;
  isFree: (roomKey: string, span: Span) => boolean;
}) => Alternative[];

export interface MovesOptions {
  find: FindAlternatives | undefined;
  /** The visit as it is planned. */
  demoOf: (roomKey: string, demo: string) => Demo | undefined;
}

/** While a move is what helps, the rooms on offer are looked at again this often. */
const LOOK_AGAIN = minutes(5);
/** A room is kept this long past arrival: by then the client is in it, or in another. */
const KEEP_PAST_ARRIVAL = minutes(15);
/** Nobody looks for another room for a visit that is further away. */
const AHEAD = minutes(180);
/** So many visits of one cause get a room of their own kept. */
const MOST_KEPT = 20;
/** A kept room stays the offer while none is better by more than this. */
const STICKY = 0.15;

interface Looked {
  at: Instant;
  /** What was the case then: looked at again at once when it changes. */
  when: string;
}

/**
 * Where else visits at risk could go. An open alert names other rooms for its first visit from the start; once the room itself
 * cannot be mended in time, one is kept for each of its visits, so that no two are offered the same.
 */
export class Moves {
  readonly #options: MovesOptions;
  readonly #holds = new Holds();
  readonly #looked = new Map<string, Looked>();

  constructor(options: MovesOptions) {
    this.#options = options;
  }

  /** What an alert keeps counts from now on: called with each state of it. */
  note(alert: Alert): void {
    this.#holds.set(alert.id, alert.status === "resolved" ? [] : holdsOf(alert, this.#options.demoOf));
    if (alert.status === "resolved") this.#looked.delete(alert.id);
  }

  forget(id: string): void {
    this.#holds.set(id, []);
    this.#looked.delete(id);
  }

  /** The rooms that are kept for visits now. */
  kept(now: Instant): number {
    return this.#holds.count(now);
  }

  /** Whether there is a room to keep for a visit. */
  canKeep(member: Member, now: Instant): boolean {
    return this.#look(member, 0, now).some(({ displaces }) => displaces === 0);
  }

  /** An open alert with the rooms that its visits could go to now. */
  offered(alert: Alert, finding: Finding, now: Instant, agenda: Agenda): Alert {
    const [first] = finding.members;
    if (this.#options.find === undefined || first.arrival <= now || first.isRestored === true) return alert;
    if (first.arrival - now > AHEAD) {
      agenda.add((first.arrival - AHEAD) as Instant);
      return alert;
    }
    const isMoving = mustMove(alert, finding);
    const when = `${memberKey(first)} ${first.arrival} ${Object.keys(alert.reached ?? {}).join()} ${isMoving}`;
    const looked = this.#looked.get(alert.id);
    const due = looked === undefined || looked.when !== when ? now : later(looked.at, LOOK_AGAIN);
    if (now < due) {
      if (isMoving) agenda.add(due);
      return alert;
    }
    if (looked !== undefined && looked.when === when && !isMoving) return alert;
    this.#looked.set(alert.id, { at: now, when });
    if (isMoving) agenda.add(later(now, LOOK_AGAIN));
    if (isMoving) return this.#kept(alert, finding, now);
    return { ...alert, alternatives: this.#look(first, 1 - first.risk, now) };
  }

  /** Looks for each visit, and keeps the best room for it. */
  #kept(alert: Alert, { members }: Finding, now: Instant): Alert {
    let next = alert;
    for (const member of members.slice(0, MOST_KEPT)) {
      // Of a visit whose room has not been judged since a restart nothing is known but what is kept for it.
      if (member.isRestored === true || member.arrival <= now || member.arrival - now > AHEAD) continue;
      next = this.#keepFor(next, member, { isFirst: member === members[0], now });
      this.note(next);
    }
    return next;
  }

  #keepFor(alert: Alert, member: Member, { isFirst, now }: { isFirst: boolean; now: Instant }): Alert {
    const before = this.#holds.keptFor(memberKey(member), now);
    // It is gone to only where the own room fails: any room that is likely ready will do.
    const found = this.#look(member, 0, now);
    // Whoever would be displaced must agree first: that is for people to ask.
    const free = found.filter((each) => each.displaces === 0);
    const [best] = free;
    const kept = free.find((each) => each.room === before && worthOf(each) >= worthOf(best) - STICKY) ?? best;
    const until = rfc3339(later(member.arrival, KEEP_PAST_ARRIVAL));
    const offer = kept === undefined ? undefined : { ...kept, held_until: until };
    const isNews = offer?.room !== before;
    const others = found.filter((each) => each !== kept);
    const next: Alert = {
      ...alert,
      ...(isFirst && { alternatives: offer === undefined ? found : [offer, ...others] }),
      members: alert.members?.map((each) => (isSame(each, member) ? withOffer(each, offer) : each)),
    };
    if (!isNews) return next;
    const who = member.account ?? member.title;
    const note = offer === undefined ? `no other room for ${who}` : `${offer.name} is kept for ${who}`;
    return record(next, now, { event: "changed", note });
  }

  /** Other rooms that are likelier ready than the own one. */
  #look(member: Member, p_ready: number, now: Instant): Alternative[] {
    const visit = memberKey(member);
    const { roomKey } = member;
    const { find, demoOf } = this.#options;
    const demo = demoOf(roomKey, member.demo);
    if (find === undefined || demo === undefined) return [];
    const isFree = (room: string, span: Span): boolean => this.#holds.isFree(room, { visit, span }, now);
    return find({ roomKey, demo, p_ready, isFree });
  }
}

const worthOf = (each: Alternative | undefined): number => (each === undefined ? 0 : each.p_ready * each.fit);

const isSame = (onWire: AlertMember, member: Member): boolean =>
  onWire.room === member.roomKey && onWire.demo === member.demo;

const withOffer = (member: AlertMember, alternative: Alternative | undefined): AlertMember => ({
  ...member,
  alternative,
});

/** Whether the room itself can no longer be mended in time, as far as is known, or never could. */
const mustMove = (alert: Alert, { members: [first] }: Finding): boolean =>
  reachedAt(alert, "past_act_by") !== undefined ||
  reachedAt(alert, "offer_move") !== undefined ||
  first.cause.steps.every((step) => step.remedy === "move");

function holdsOf(alert: Alert, demoOf: MovesOptions["demoOf"]): Hold[] {
  return (alert.members ?? []).flatMap(({ room, demo, arrival, end, alternative }) => {
    if (alternative?.held_until === undefined) return [];
    const start = at(demoOf(room, demo)?.start ?? arrival);
    const span = { start: Math.min(start, at(arrival)) as Instant, end: at(end) };
    return [{ roomKey: alternative.room, visit: `${room}|${demo}`, span, until: at(alternative.held_until) }];
  });
}

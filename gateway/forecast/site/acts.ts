import type { Alert, AlertReply } from "#contract/messages/alert.ts";
import { hours, type Instant, minutes, parseInstant } from "#contract/units.ts";
import { kindOf, type Owner, ownerOf } from "../remedies.ts";

/** So long after an act nobody asks for it any more. */
const REMEMBERED = hours(24);
const MOST = 4_000;
/** A nudge that is taken back, or a call that is answered, has worked on people for so long still. */
const LINGERS = minutes(15);

/** Somebody was told to do something about a cause. */
export interface Act {
  cause: string;
  at: Instant;
  /** When it was taken on: only from then on it measures how long a repair takes. */
  takenAt: Instant | undefined;
  /** How many calls of the same kind of owner were open when it was made. */
  queue: number;
  endedAt: Instant | undefined;
  found: AlertReply["found"];
}

interface Known extends Act {
  id: string;
  rooms: readonly string[];
}

/** What is being done at a site, and was lately: alerts and nudges, by room. */
export class Acts {
  readonly #byId = new Map<string, Known>();
  readonly #byRoom = new Map<string, Known[]>();
  readonly #told = new Set<string>();
  readonly #open = new Map<Owner, number>();

  /** Takes every word on an alert. */
  takeAlert(alert: Alert): void {
    const before = this.#byId.get(alert.id);
    const raised = parseInstant(alert.reached?.["raised"] ?? alert.raised_at) ?? parseInstant(alert.at);
    if (raised === undefined) return;
    const owner = ownerOf(alert.cause);
    const isOpen = alert.status !== "resolved";
    const wasOpen = before !== undefined && before.endedAt === undefined;
    const isAgain = before === undefined || before.at !== raised;
    const act: Known = isAgain
      ? { ...fresh(alert.cause, raised), id: alert.id, rooms: [], queue: this.open(owner) - (wasOpen ? 1 : 0) }
      : before;
    const taken = alert.history.findLast(({ event }) => event === "acknowledged" || event === "assigned");
    const takenAt = taken === undefined ? undefined : parseInstant(taken.at);
    if (takenAt !== undefined && takenAt >= raised) act.takenAt = takenAt;
    act.endedAt = isOpen ? undefined : (parseInstant(alert.reached?.["resolved"] ?? alert.at) ?? raised);
    if (isOpen !== wasOpen) this.#open.set(owner, this.open(owner) + (isOpen ? 1 : -1));
    this.#keep(act, alert.rooms);
  }

  /** Takes what a person found. */
  takeReply(id: string, reply: AlertReply): void {
    const act = this.#byId.get(id);
    if (act !== undefined && reply.reply === "resolve" && reply.found !== undefined) act.found = reply.found;
  }

  /** People in a room were asked to wrap up, or to have it reset. */
  takeNudge(room: string, cause: string, at: Instant): void {
    const id = `nudge ${room} ${cause}`;
    const before = this.#byId.get(id);
    if (before !== undefined && before.at > at - LINGERS) return;
    this.#keep({ ...fresh(cause, at), id, rooms: [], queue: 0, endedAt: (at + LINGERS) as Instant }, [room]);
  }

  /** How many calls of this kind of owner are open. */
  open(owner: Owner): number {
    return Math.max(0, this.#open.get(owner) ?? 0);
  }

  /** Whether a call about this cause is open in a room. */
  isOpen(room: string, cause: string): boolean {
    return this.#byRoom.get(room)?.some((act) => act.cause === cause && act.endedAt === undefined) === true;
  }

  /** The first thing done about a cause in a room that still worked at `since` or later. */
  find(room: string, cause: string, since: Instant): Act | undefined {
    const acts = this.#byRoom.get(room);
    if (acts === undefined) return undefined;
    let first: Act | undefined;
    for (const act of acts) {
      if (act.cause !== cause && !explains(act.cause, cause)) continue;
      if (act.endedAt !== undefined && act.endedAt < since) continue;
      if (first === undefined || act.at < first.at) first = act;
    }
    return first;
  }

  /** Whether nobody has told of this yet: what many rooms see at once counts once. */
  isFirst(what: string): boolean {
    if (this.#told.has(what)) return false;
    if (this.#told.size >= MOST) this.#told.clear();
    this.#told.add(what);
    return true;
  }

  #keep(act: Known, rooms: readonly string[]): void {
    for (const room of rooms) {
      if (act.rooms.includes(room)) continue;
      const there = this.#byRoom.get(room);
      const others = there?.filter((each) => each.id !== act.id && !isOver(each, act.at)) ?? [];
      this.#byRoom.set(room, [...others, act]);
    }
    act.rooms = rooms;
    this.#byId.set(act.id, act);
    if (this.#byId.size <= MOST) return;
    for (const [id, each] of this.#byId) if (isOver(each, act.at)) this.#byId.delete(id);
  }
}

const fresh = (cause: string, at: Instant): Act => ({
  cause,
  at,
  takenAt: undefined,
  queue: 0,
  endedAt: undefined,
  found: undefined,
});

const isOver = (act: Act, now: Instant): boolean => act.endedAt !== undefined && act.endedAt < now - REMEMBERED;

/** An air handler's call works on the climate of its rooms. */
const explains = (done: string, cause: string): boolean =>
  kindOf(done) === "ahu" && (cause === "temperature" || cause === "co2");

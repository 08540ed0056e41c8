import type { Alert, AlertReply } from "#contract/messages/alert.ts";
import { hours, type Instant, parseInstant, rfc3339 } from "#contract/units.ts";
import { kindOf, type Owner, ownerOf } from "../remedies.ts";

/** So long after an act nobody asks for it any more. */
const REMEMBERED = hours(24);
const MOST = 4_000;

/** What shows that somebody works on it. */
const TAKES: ReadonlySet<string> = new Set(["acknowledged", "assigned", "resolved"]);

/** Somebody was told to do something about a cause. */
interface Act {
  cause: string;
  at: Instant;
  /** When somebody took it on: from then on nobody sees any more how things go by themselves. */
  takenAt: Instant | undefined;
  /** How many calls of the same kind of owner were open when it was made. */
  queue: number;
  endedAt: Instant | undefined;
  /** A person said that it is done: how long that took is known already. */
  isSaidDone: boolean;
  found: AlertReply["found"];
}

/** Something was mended: so long after the call, with so many others open then. */
export interface Done {
  cause: string;
  minutes: number;
  queue: number;
}

export type TakenAct = Act & { takenAt: Instant };

interface Known extends Act {
  id: string;
  rooms: readonly string[];
}

/** What people are called to do at a site, and were lately, by room. A panel's nudges are no calls: they come by themselves, always. */
export class Acts {
  /** Grows whenever other calls are open, or another is taken on. */
  revision = 0;
  readonly #byId = new Map<string, Known>();
  readonly #byRoom = new Map<string, Known[]>();
  #expiresAt = Number.NEGATIVE_INFINITY as Instant;
  readonly #told = new Set<string>();
  /** When somebody who was called last found nothing wrong, by room and cause. */
  readonly #nothing = new Map<string, Instant>();
  readonly #open = new Map<Owner, number>();

  /** Takes every word on an alert. Returns the repair that a person has just said is done. */
  takeAlert(alert: Alert): Done | undefined {
    // A room that is kept in case is nobody's work.
    if (kindOf(alert.cause) === "standby") return undefined;
    const before = this.#byId.get(alert.id);
    const raised = parseInstant(alert.reached?.["raised"] ?? alert.raised_at) ?? parseInstant(alert.at);
    if (raised === undefined) return undefined;
    const owner = ownerOf(alert.cause);
    this.#expire(parseInstant(alert.at) ?? raised);
    const isOpen = alert.status !== "resolved";
    const wasOpen = before !== undefined && before.endedAt === undefined;
    const isAgain = before === undefined || before.at !== raised;
    const act: Known = isAgain
      ? { ...fresh(alert.cause, raised), id: alert.id, rooms: [], queue: this.open(owner) - (wasOpen ? 1 : 0) }
      : before;
    const taken = alert.history.find(
      ({ event, at, by }) => by !== undefined && TAKES.has(event) && at >= rfc3339(raised),
    );
    if (taken !== undefined) act.takenAt = parseInstant(taken.at);
    act.endedAt = isOpen ? undefined : (parseInstant(alert.reached?.["resolved"] ?? alert.at) ?? raised);
    if (isOpen !== wasOpen) this.revision += 1;
    if (isOpen !== wasOpen) this.#open.set(owner, this.open(owner) + (isOpen ? 1 : -1));
    this.#keep(act, alert.rooms);
    this.#noteNothing(alert);
    const last = alert.history.findLast(({ event }) => event === "resolved");
    const isDone = wasOpen && !isAgain && !isOpen && last?.by !== undefined && act.found !== "nothing_wrong";
    if (!isDone || act.endedAt === undefined) return undefined;
    act.isSaidDone = true;
    return { cause: act.cause, minutes: (act.endedAt - act.at) / 60_000, queue: act.queue };
  }

  /** Takes what a person found. */
  takeReply(id: string, reply: AlertReply): void {
    const act = this.#byId.get(id);
    if (act !== undefined && reply.reply === "resolve" && reply.found !== undefined) act.found = reply.found;
  }

  /** How many calls of this kind of owner are open. */
  open(owner: Owner): number {
    return Math.max(0, this.#open.get(owner) ?? 0);
  }

  /** Whether a call about this cause is open in a room. */
  isOpen(room: string, cause: string): boolean {
    return this.#byRoom.get(room)?.some((act) => act.cause === cause && act.endedAt === undefined) === true;
  }

  /**
   * The first that was taken on of what was to be done about a cause in a room, and still worked at `since` or later. What
   * nobody has taken on has changed nothing.
   */
  find(room: string, cause: string, since: Instant): TakenAct | undefined {
    const acts = this.#byRoom.get(room);
    if (acts === undefined) return undefined;
    let first: TakenAct | undefined;
    for (const act of acts) {
      if (!isTaken(act) || (act.cause !== cause && !explains(act.cause, cause))) continue;
      if (act.endedAt !== undefined && act.endedAt < since) continue;
      if (first === undefined || act.takenAt < first.takenAt) first = act;
    }
    return first;
  }

  /** When somebody who was called about a cause in a room last found nothing wrong there, within a day. */
  foundNothing(room: string, cause: string, now: Instant): Instant | undefined {
    const at = this.#nothing.get(`${room} ${cause}`);
    return at !== undefined && at >= now - REMEMBERED && at <= now ? at : undefined;
  }

  /** Whether nobody has told of this yet: what many rooms see at once counts once. */
  isFirst(what: string): boolean {
    if (this.#told.has(what)) return false;
    if (this.#told.size >= MOST) this.#told.clear();
    this.#told.add(what);
    return true;
  }

  /** A call whose room was taken away never says that it is over. */
  #expire(now: Instant): void {
    if (now < this.#expiresAt) return;
    this.#expiresAt = (now + hours(1)) as Instant;
    for (const act of this.#byId.values()) {
      if (act.endedAt !== undefined || act.at >= now - REMEMBERED) continue;
      act.endedAt = now;
      const owner = ownerOf(act.cause);
      this.#open.set(owner, this.open(owner) - 1);
      this.revision += 1;
    }
  }

  /** The alert's own history says it, so that it is known after a restart as well. */
  #noteNothing({ cause, rooms, history }: Alert): void {
    const last = history.findLast(({ event }) => event === "resolved");
    const at = last?.found === "nothing_wrong" ? parseInstant(last.at) : undefined;
    if (at === undefined) return;
    for (const room of rooms) {
      const key = `${room} ${cause}`;
      if ((this.#nothing.get(key) ?? 0) >= at) continue;
      this.#nothing.set(key, at);
      this.revision += 1;
    }
    if (this.#nothing.size <= MOST) return;
    for (const [key, each] of this.#nothing) if (each < at - REMEMBERED) this.#nothing.delete(key);
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
  isSaidDone: false,
  found: undefined,
});

const isTaken = (act: Act): act is TakenAct => act.takenAt !== undefined;
const isOver = (act: Act, now: Instant): boolean => act.endedAt !== undefined && act.endedAt < now - REMEMBERED;

/** An air handler's call works on the climate of its rooms. */
const explains = (done: string, cause: string): boolean =>
  kindOf(done) === "ahu" && (cause === "temperature" || cause === "co2");

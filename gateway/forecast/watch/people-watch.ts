import { minutes } from "#contract/units.ts";
import type { Observed } from "../../rooms/observed.ts";
import type { RoomState } from "../../rooms/room-state.ts";
import { type Span, spanOf } from "../../rooms/span.ts";
import type { RoomHabits } from "../habits.ts";
import { noteArrivalOf, noteMeetingEnd, noteOverrun, noteShow, noteStay, OVER_MIN } from "../site/people-knowledge.ts";
import type { SiteLearner } from "../site/site-learner.ts";

const EARLY = minutes(5);
/** Shorter absences are the sensor's, not people's. */
const PAUSE = minutes(4);
/** By then the end of a meeting is known, or it is no overrun any more. */
const LONGEST_OVERRUN = minutes(90);
/** Those before a visit are asked to wrap up: how they end says little of the others. */
const NEAR_VISIT = minutes(20);
const MOST_MEETINGS = 12;
const UNSEEN_MIN = 1.5;
/** By then those of the meeting before have left, mostly. */
const OTHERS_GO = minutes(12);
/** A sensor tells that nobody is in so long after the last has left. */
const LEFT_BEFORE = 30_000;

/** A booking as people kept to it. */
interface Meeting extends Span {
  firstIn: number | undefined;
  lastIn: number | undefined;
  /** A part of it was not seen, or others were told to leave: nothing is learned of it. */
  isBlind: boolean;
}

interface State {
  inSince: number | undefined;
  lastIn: number | undefined;
  meetings: Meeting[];
}

/** Watches how people keep to their bookings in one room, and teaches it to the site. */
export class PeopleWatch {
  /** Grows whenever others are in the room, or at a meeting. */
  revision = 0;
  #state: State = { inSince: undefined, lastIn: undefined, meetings: [] };
  #bookings: RoomState["bookings"] | undefined;
  #demos: RoomState["demos"] | undefined;
  #spans: readonly Span[] = [];
  #visits: readonly Span[] = [];
  #until = Number.NEGATIVE_INFINITY;

  static from(json: unknown): PeopleWatch {
    const watch = new PeopleWatch();
    const state = json as Partial<State> | undefined;
    if (Array.isArray(state?.meetings)) {
      watch.#state = {
        inSince: state.inSince ?? undefined,
        lastIn: state.lastIn ?? undefined,
        meetings: state.meetings
          .slice(0, MOST_MEETINGS)
          .map((each) => ({ ...each, firstIn: each.firstIn ?? undefined, lastIn: each.lastIn ?? undefined })),
      };
    }
    return watch;
  }

  toJSON(): State {
    return this.#state;
  }

  /** Since when people have been in the room, short absences left out. */
  get inSince(): number | undefined {
    return this.#state.inSince;
  }

  /** Until when people were seen last. */
  get lastIn(): number | undefined {
    return this.#state.lastIn;
  }

  /** Whether anybody has come to the meeting that began then. */
  cameTo(start: number): boolean {
    return this.#state.meetings.some((each) => each.start === start && each.firstIn !== undefined);
  }

  take(room: RoomState, seen: Observed | undefined, now: number, to: { site: SiteLearner; habits: RoomHabits }): void {
    this.#plan(room, now);
    const { meetings, inSince } = this.#state;
    const slot = seen?.kind === "known" ? seen.slot : undefined;
    if (slot?.value === undefined) {
      for (const each of meetings) if (now >= each.start) each.isBlind = true;
    } else if (Number(slot.value) > 0) this.#isIn(now, slot.changedAt);
    else if (inSince !== undefined) this.#isOut(now, Math.max(inSince, slot.changedAt - LEFT_BEFORE), to.site);
    this.#close(now, to);
  }

  /** Takes up the meetings that have begun. Bookings are read again only when they have changed or the next one begins. */
  #plan(room: RoomState, now: number): void {
    if (room.bookings !== this.#bookings || room.demos !== this.#demos) {
      this.#bookings = room.bookings;
      this.#demos = room.demos;
      this.#spans = room.bookings.map(spanOf).toSorted((a, b) => a.start - b.start || a.end - b.end);
      this.#visits = room.demos.map(spanOf);
      this.#until = Number.NEGATIVE_INFINITY;
    }
    if (now < this.#until) return;
    this.#until = Number.POSITIVE_INFINITY;
    const { meetings } = this.#state;
    for (const span of this.#spans) {
      if (span.start - EARLY > now) {
        this.#until = Math.min(this.#until, span.start - EARLY);
        continue;
      }
      if (span.end <= now || meetings.some(({ start }) => start === span.start)) continue;
      const isBlind =
        now > span.start || this.#visits.some((each) => each.start - span.end < NEAR_VISIT && each.end > span.start);
      meetings.push({ ...span, firstIn: undefined, lastIn: undefined, isBlind });
      if (meetings.length > MOST_MEETINGS) meetings.shift();
    }
  }

  /** Somebody is in. Sensors tell changes at once, so people are in until told otherwise. */
  #isIn(now: number, since: number): void {
    const state = this.#state;
    if (state.inSince === undefined) this.revision += 1;
    state.inSince ??= Math.max(since, state.lastIn ?? since);
    state.lastIn = now;
    let running: Meeting | undefined;
    let coming: Meeting | undefined;
    for (const each of state.meetings) {
      if (each.end <= now) {
        // Still the people of the last meeting, as long as they have never left.
        if (each.lastIn !== undefined && state.inSince <= each.lastIn) each.lastIn = now;
      } else if (each.start <= now) running = each;
      else coming = each;
    }
    const theirs = running ?? coming;
    // Who was in before may be those of the meeting before, who run over: they are not counted as these for a while.
    if (theirs === undefined || (state.inSince < theirs.start - EARLY && now < theirs.start + OTHERS_GO)) return;
    if (theirs.firstIn === undefined) this.revision += 1;
    theirs.firstIn ??= now;
    theirs.lastIn = now;
  }

  /** Nobody is in: those who were have left when that was first told, unless they are back soon. */
  #isOut(now: number, left: number, site: SiteLearner): void {
    const state = this.#state;
    const { inSince = left, lastIn: before } = state;
    // Until then they were taken to be in, but nobody had looked.
    for (const each of state.meetings) if (each.lastIn === before) each.lastIn = left;
    state.lastIn = left;
    if (now - left < PAUSE) return;
    state.inSince = undefined;
    this.revision += 1;
    const isTheirs = (each: Span): boolean => inSince < each.end && left > each.start - EARLY;
    const isStray = !state.meetings.some(isTheirs) && !this.#visits.some(isTheirs) && !this.#spans.some(isTheirs);
    if (isStray) noteStay(site, (left - inSince) / 60_000);
  }

  #close(now: number, to: { site: SiteLearner; habits: RoomHabits }): void {
    const { meetings } = this.#state;
    for (const each of meetings.toReversed()) {
      if (now < each.end) continue;
      const last = each.lastIn ?? each.start;
      const next = meetings.find((other) => other.start >= each.end);
      const isFollowed = next !== undefined && now >= next.start - 60_000;
      if (!isFollowed && now - Math.max(last, each.end) < PAUSE) continue;
      meetings.splice(meetings.indexOf(each), 1);
      if (!each.isBlind) teach(each, { now, last }, to);
    }
  }
}

/** What one meeting teaches. When the next one follows at once, nobody knows whose people they are from then on. */
function teach(
  meeting: Meeting,
  { now, last }: { now: number; last: number },
  { site, habits }: { site: SiteLearner; habits: RoomHabits },
): void {
  noteShow(site, habits, meeting.firstIn === undefined);
  if (meeting.firstIn === undefined) return;
  noteArrivalOf(site, Math.max(0, (meeting.firstIn - meeting.start) / 60_000));
  const isStillIn = now - last < PAUSE;
  // Whether they leave in the last minute nobody sees when others come at once: until before that they were watched.
  const left = (last - meeting.end) / 60_000 - (isStillIn ? UNSEEN_MIN : 0);
  const isEnded = !isStillIn && last - meeting.end < LONGEST_OVERRUN;
  noteMeetingEnd(site, { entered: -90, left, ended: isEnded });
  if (isEnded || left >= OVER_MIN) noteOverrun(site, habits, left >= OVER_MIN);
}

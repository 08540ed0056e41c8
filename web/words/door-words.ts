import type { DemoView, RoomView } from "#contract/api/views.ts";
import { roomStatus, type Status, statusWords } from "./status-words.ts";
import { clockTime, dayWords, durationWords } from "./time-words.ts";

/** What a panel at a door says. */
export interface DoorWords {
  status: Status;
  /** The one word that is read in passing. */
  word: string;
  sentence: string;
  /** Asks those in it for something, until then. */
  nudge: { text: string; until?: number } | undefined;
  /** Whether the next visit asks for a reset, so that one can be reported here. */
  mayReset: boolean;
  next: string;
}

const MINUTE_MS = 60_000;
/** A room is to be empty this long before a visit. */
const CLEAR_MS = 15 * MINUTE_MS;
const NUDGE_FROM_MS = 60 * MINUTE_MS;
const RESET_FROM_MS = 6 * 60 * MINUTE_MS;

/** Decides it from the room and its visits; no client is ever named. */
export function doorWords(room: RoomView, demos: readonly DemoView[], now: number): DoorWords {
  const mine = demos
    .filter((demo) => demo.room_key === room.key && Date.parse(demo.end) > now)
    .toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start));
  const running = mine.find((demo) => Date.parse(demo.start) <= now);
  const next = mine.find((demo) => Date.parse(demo.start) > now);
  const zone = room.zone;
  const nudge = running === undefined ? nudgeOf(room, next, now) : undefined;
  const mayReset = running === undefined && isResetAsked(room, next, now);
  if (running !== undefined)
    return {
      status: "maintenance",
      word: "In use",
      sentence: `Client visit until ${clockTime(Date.parse(running.end), zone)}.`,
      nudge,
      mayReset,
      next: nextWords(next, now, zone),
    };
  const status = roomStatus(room);
  return {
    status,
    word: statusWords[status],
    sentence: room.sentence,
    nudge,
    mayReset,
    next: nextWords(next, now, zone),
  };
}

/** What the gateway asks for; without a word of its own, what the booking and a person in the room say by themselves. */
function nudgeOf(room: RoomView, next: DemoView | undefined, now: number): DoorWords["nudge"] {
  if (room.nudge !== undefined && Date.parse(room.nudge.until) > now)
    return { text: room.nudge.text, until: Date.parse(room.nudge.until) };
  if (next === undefined || room.occupied !== true) return undefined;
  const start = Date.parse(next.start);
  if (start - now > NUDGE_FROM_MS) return undefined;
  const by = start - CLEAR_MS;
  const wrapUp = by > now ? `by ${clockTime(by, room.zone)}` : "now";
  return { text: `Please wrap up ${wrapUp}: guests at ${clockTime(start, room.zone)}.` };
}

function isResetAsked(room: RoomView, next: DemoView | undefined, now: number): boolean {
  if (room.nudge?.nudge === "reset_visit" && Date.parse(room.nudge.until) > now) return true;
  return next?.needs.reset_visit === true && Date.parse(next.start) - now <= RESET_FROM_MS;
}

function nextWords(next: DemoView | undefined, now: number, zone: string): string {
  if (next === undefined) return "No visit is coming.";
  const start = Date.parse(next.start);
  const day = dayWords(start, now, zone);
  return day === "today"
    ? `Next visit ${clockTime(start, zone)}, in ${durationWords(start - now)}.`
    : `Next visit ${day} ${clockTime(start, zone)}.`;
}

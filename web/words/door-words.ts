import type { DemoView, RoomView } from "#contract/api/views.ts";
import { roomStatus, type Status, statusWords } from "./status-words.ts";
import { clockTime, dayWords, durationWords } from "./time-words.ts";

/** What a panel at a door says. */
export interface DoorWords {
  status: Status;
  /** The one word that is read in passing. */
  word: string;
  sentence: string;
  /** Asks whoever is in to leave in time. */
  nudge: string | undefined;
  next: string;
}

const MINUTE_MS = 60_000;
/** A room is to be empty this long before a visit. */
const CLEAR_MS = 15 * MINUTE_MS;
const NUDGE_FROM_MS = 60 * MINUTE_MS;

/** Decides it from the room and its visits; no client is ever named. */
export function doorWords(room: RoomView, demos: readonly DemoView[], now: number): DoorWords {
  const mine = demos
    .filter((demo) => demo.room_key === room.key && Date.parse(demo.end) > now)
    .toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start));
  const running = mine.find((demo) => Date.parse(demo.start) <= now);
  const next = mine.find((demo) => Date.parse(demo.start) > now);
  const zone = room.zone;
  const nudge = running === undefined ? nudgeOf(room, next, now) : undefined;
  if (running !== undefined)
    return {
      status: "maintenance",
      word: "In use",
      sentence: `Client visit until ${clockTime(Date.parse(running.end), zone)}.`,
      nudge,
      next: nextWords(next, now, zone),
    };
  const status = roomStatus(room);
  return { status, word: statusWords[status], sentence: room.sentence, nudge, next: nextWords(next, now, zone) };
}

function nudgeOf(room: RoomView, next: DemoView | undefined, now: number): string | undefined {
  if (next === undefined || room.occupied !== true) return undefined;
  const start = Date.parse(next.start);
  if (start - now > NUDGE_FROM_MS) return undefined;
  const by = start - CLEAR_MS;
  const wrapUp = by > now ? `by ${clockTime(by, room.zone)}` : "now";
  return `Please wrap up ${wrapUp}: guests at ${clockTime(start, room.zone)}.`;
}

function nextWords(next: DemoView | undefined, now: number, zone: string): string {
  if (next === undefined) return "No visit is coming.";
  const start = Date.parse(next.start);
  const day = dayWords(start, now, zone);
  return day === "today"
    ? `Next visit ${clockTime(start, zone)}, in ${durationWords(start - now)}.`
    : `Next visit ${day} ${clockTime(start, zone)}.`;
}

import type { PromiseInput } from "#contract/api/requests.ts";
import { type Capability, capabilityWords } from "../words/check-words.ts";
import { clockTime } from "../words/time-words.ts";
import { dayText, instantOf } from "../words/zoned-time.ts";
import type { PromiseSearch } from "./promise-search.ts";

/** The question with everything filled in that was left open. */
export interface Question {
  day: string;
  from: string;
  to: string;
  room: string | undefined;
  people: number | undefined;
  needs: Capability[];
  /** A template's id. */
  kind: string | undefined;
}

const isCapability = (text: string): text is Capability => text in capabilityWords;

/** What is asked where no time was said: this afternoon, later today, or tomorrow morning, whichever is next. */
const USUAL_HOUR = 14;
const LAST_HOUR = 18;
const TOMORROW_HOUR = 10;
const DAY_MS = 86_400_000;

/** `now`: what was left open is still to come. */
export function questionOf(search: PromiseSearch, now: number, zone: string): Question {
  const open = nextHour(now, zone);
  const day = search.day ?? open.day;
  const hour = day === open.day ? open.hour : USUAL_HOUR;
  return {
    day,
    from: search.from ?? `${hour}:00`,
    to: search.to ?? `${hour + 1}:00`,
    room: search.room,
    people: search.people,
    kind: search.kind,
    needs: (search.needs ?? "").split(",").filter(isCapability),
  };
}

function nextHour(now: number, zone: string): { day: string; hour: number } {
  const day = dayText(now, zone);
  const hour = Math.max(USUAL_HOUR, Number(clockTime(now, zone).slice(0, 2)) + 1);
  return hour <= LAST_HOUR ? { day, hour } : { day: dayText(now + DAY_MS, zone), hour: TOMORROW_HOUR };
}

/** What is asked of the server, or why it cannot be asked yet. */
export function promiseInput(
  question: Question,
  zone: string,
  now: number,
): { input: PromiseInput } | { missing: string } {
  const start = instantOf(question.day, question.from, zone);
  const end = instantOf(question.day, question.to, zone);
  if (start === undefined || end === undefined) return { missing: "Say the day and both times." };
  if (end <= start) return { missing: "The end must be after the start." };
  if (end <= now) return { missing: "That time is over." };
  return {
    input: {
      start: new Date(start).toISOString(),
      end: new Date(end).toISOString(),
      needs: {
        ...(question.people === undefined ? {} : { people: question.people }),
        ...(question.needs.length === 0 ? {} : { capabilities: question.needs }),
      },
      ...(question.room === undefined ? {} : { room: question.room }),
    },
  };
}

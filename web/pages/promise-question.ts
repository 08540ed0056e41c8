import type { PromiseInput } from "#contract/api/requests.ts";
import { type Capability, capabilityWords } from "../words/check-words.ts";
import { instantOf } from "../words/zoned-time.ts";
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

export function questionOf(search: PromiseSearch, today: string): Question {
  return {
    day: search.day ?? today,
    from: search.from ?? "14:00",
    to: search.to ?? "15:00",
    room: search.room,
    people: search.people,
    kind: search.kind,
    needs: (search.needs ?? "").split(",").filter(isCapability),
  };
}

/** What is asked of the server, or why it cannot be asked yet. */
export function promiseInput(question: Question, zone: string): { input: PromiseInput } | { missing: string } {
  const start = instantOf(question.day, question.from, zone);
  const end = instantOf(question.day, question.to, zone);
  if (start === undefined || end === undefined) return { missing: "Say the day and both times." };
  if (end <= start) return { missing: "The end must be after the start." };
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

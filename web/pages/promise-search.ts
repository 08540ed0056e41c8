import type { DemoView } from "#contract/api/views.ts";
import { clockTime } from "../words/time-words.ts";
import { dayText } from "../words/zoned-time.ts";

/** The question "can I promise this?" as it stands in the address, so that it can be sent to somebody. */
export interface PromiseSearch {
  /** Day as YYYY-MM-DD, times as HH:MM, all in the building's zone. */
  day?: string;
  from?: string;
  to?: string;
  room?: string;
  people?: number;
  needs?: string;
  /** The id of a template of needs. */
  kind?: string;
}

/** Takes what has the right form; the rest is as if it were not there. */
export function parsePromiseSearch(search: Record<string, unknown>): PromiseSearch {
  const text = (key: string, form: RegExp): string | undefined => {
    const value = search[key];
    return typeof value === "string" && form.test(value) ? value : undefined;
  };
  const people = Number(search["people"]);
  const found = {
    day: text("day", /^\d{4}-\d\d-\d\d$/),
    from: text("from", /^\d\d:\d\d$/),
    to: text("to", /^\d\d:\d\d$/),
    room: text("room", /^[a-z0-9-]+\/[a-z0-9-]+$/),
    kind: text("kind", /^[a-z0-9-]{1,63}$/),
    needs: text("needs", /^[a-z_,]+$/),
    people: Number.isInteger(people) && people > 0 && people <= 1_000 ? people : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The question that finds other rooms for a visit. */
export function promiseSearchOf(demo: DemoView): PromiseSearch {
  const start = Date.parse(demo.start);
  const capabilities = demo.needs.capabilities ?? [];
  return {
    day: dayText(start, demo.zone),
    from: clockTime(start, demo.zone),
    to: clockTime(Date.parse(demo.end), demo.zone),
    room: demo.room_key,
    ...(demo.needs.people === undefined ? {} : { people: demo.needs.people }),
    ...(demo.template === undefined ? {} : { kind: demo.template }),
    ...(capabilities.length === 0 ? {} : { needs: capabilities.join(",") }),
  };
}

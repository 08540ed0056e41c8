import type { Instant } from "#contract/units.ts";
import { hours } from "#contract/units.ts";
import { parseRoomKey } from "#contract/ids.ts";
import type { CalendarFault } from "../calendars/calendar-fault.ts";
import { type CalendarInstance, readCalendar } from "../calendars/read-calendar.ts";
import { readDemoCsv } from "../calendars/read-demo-csv.ts";
import { given } from "../store/present.ts";
import type { RoomRecord } from "../store/rooms.ts";
import { demoDraft } from "./demo-draft.ts";
import { InputFaults, type InputFault } from "./input-faults.ts";
import type { Wanted } from "./reconcile.ts";
import { RoomMatcher } from "./room-matcher.ts";
import type { TemplateRules } from "./template-rules.ts";

/** Calendars are read this far back and ahead. */
const READ_BEHIND = hours(24);
const READ_AHEAD = hours(24 * 60);
const MOST_FAULTS = 200;

export interface ImportContext {
  rooms: ReadonlyMap<string, RoomRecord>;
  templates: TemplateRules;
  now: Instant;
  /** Every event is in this room. */
  room?: string;
  /** Only events whose summary or categories contain it are demos. */
  marker?: string;
}
export interface Imported {
  wanted: Wanted;
  faults: InputFault[];
}

const told = ({ line, where, why }: CalendarFault): InputFault => ({
  where: line === undefined ? where : `line ${line}, ${where}`,
  why,
});

/** Reads an iCalendar text into demos and bookings. What cannot be used is a fault; what lies around it is used. */
export function importCalendar(text: string, source: string, context: ImportContext): Imported {
  const { rooms, now } = context;
  const window = { from_ms: now - READ_BEHIND, to_ms: now + READ_AHEAD };
  const matcher = new RoomMatcher(rooms.values());
  const zone = rooms.get(context.room ?? "")?.card.zone ?? [...rooms.values()][0]?.card.zone ?? "UTC";
  const { instances, faults } = readCalendar(text, {
    from: Temporal.Instant.fromEpochMilliseconds(window.from_ms),
    to: Temporal.Instant.fromEpochMilliseconds(window.to_ms),
    zone,
  });
  const wanted: Wanted & { demos: unknown[]; bookings: unknown[] } = { source, demos: [], bookings: [] };
  const complaints = new Map<string, InputFault>();
  for (const instance of instances) {
    if (instance.status?.toUpperCase() === "CANCELLED") continue;
    const match = context.room === undefined ? matcher.find(placesOf(instance)) : { key: context.room };
    const fault = "why" in match ? match.why : take(instance, match.key, wanted, context);
    if (fault !== undefined)
      complaints.set(`${instance.uid} ${fault}`, { where: `event "${instance.summary.slice(0, 60)}"`, why: fault });
  }
  const all = [...faults.map(told), ...complaints.values()];
  // A text of which nothing at all could be read says nothing about what is gone.
  const isReadable = instances.length > 0 || faults.length === 0;
  const unread = new Set(faults.flatMap(({ where }) => titleIn(where)));
  return { wanted: isReadable ? { ...wanted, window, unread } : wanted, faults: all.slice(0, MOST_FAULTS) };
}

/** The title of the event that a fault is about: its place reads `VEVENT "title"`. */
function titleIn(where: string): string[] {
  const quoted = /^VEVENT (".*")$/.exec(where)?.[1];
  try {
    return quoted === undefined ? [] : [String(JSON.parse(quoted))];
  } catch {
    return [];
  }
}

const placesOf = ({ location, resources }: CalendarInstance): string[] => [
  ...(resources ?? []).flatMap(({ address, name }) => [address, name ?? ""]),
  location ?? "",
  ...(location ?? "").split(/[,;/|\n]/),
];

/** Adds an instance to what is wanted; says why when it cannot be used. */
function take(
  instance: CalendarInstance,
  key: string,
  wanted: Wanted,
  { rooms, templates, marker }: ImportContext,
): string | undefined {
  const room = rooms.get(key);
  if (room === undefined) return `there is no room ${key}`;
  const isDemo = marker === undefined || contains(instance, marker);
  const [start, end] = [instantOf(instance.start, room.card.zone), instantOf(instance.end, room.card.zone)];
  if (isDemo && instance.all_day) return "an all-day event has no hour at which the client comes: give it times";
  if (Date.parse(end) <= Date.parse(start)) return undefined;
  const identity = { uid: instance.uid.slice(0, 512), recurrence: instance.recurrence_id ?? "" };
  if (!isDemo) {
    const span = { start_ms: Date.parse(start), end_ms: Date.parse(end) };
    (wanted.bookings as Wanted["bookings"][number][]).push({
      ...parseRoomKey(key),
      ...span,
      source: wanted.source,
      ...identity,
    });
    return undefined;
  }
  const title = instance.summary.trim().slice(0, 256) || "Visit";
  const host = instance.organizer?.replace(/^mailto:/i, "").slice(0, 128);
  try {
    const draft = demoDraft(given({ room: key, title, host, start, end }), {
      source: wanted.source,
      rooms,
      templates,
      ...given({ categories: instance.categories }),
    });
    (wanted.demos as Wanted["demos"][number][]).push({ ...draft, ...identity });
    return undefined;
  } catch (error) {
    if (error instanceof InputFaults) return error.message;
    throw error;
  }
}

const contains = ({ summary, categories }: CalendarInstance, marker: string): boolean => {
  const wanted = marker.toLowerCase();
  return [summary, ...(categories ?? [])].some((text) => text.toLowerCase().includes(wanted));
};

/** An all-day event's day begins at midnight where the room is. */
function instantOf(text: string, zone: string): string {
  if (text.includes("T")) return text;
  try {
    return Temporal.PlainDate.from(text).toZonedDateTime(zone).toInstant().toString();
  } catch {
    return Temporal.PlainDate.from(text).toZonedDateTime("UTC").toInstant().toString();
  }
}

/** Reads demos from a CSV. With `replace` a demo of an earlier file that is no longer in this one goes, unless the file has faults. */
export function importCsv(text: string, context: ImportContext & { replace: boolean }): Imported {
  const { rooms, templates, now, replace } = context;
  const zone = [...rooms.values()][0]?.card.zone ?? "UTC";
  const matcher = new RoomMatcher(rooms.values());
  const { demos: rows, faults } = readDemoCsv(text, zone);
  const all = faults.map(told);
  const demos: Wanted["demos"][number][] = [];
  for (const { line, id, room, ...row } of rows) {
    const match = matcher.find([room]);
    if ("why" in match) {
      all.push({ where: `line ${line}, room`, why: match.why });
      continue;
    }
    try {
      const draft = demoDraft({ ...row, room: match.key }, { source: "csv", rooms, templates, says: "source" });
      demos.push({ ...draft, uid: id ?? `${match.key}@${draft.start_ms}`, recurrence: "" });
    } catch (error) {
      if (!(error instanceof InputFaults)) throw error;
      all.push(...error.faults.map((fault) => ({ where: `line ${line}, ${fault.where}`, why: fault.why })));
    }
  }
  const wanted: Wanted = { source: "csv", demos, bookings: [] };
  const mayRemove = replace && all.length === 0 && demos.length > 0;
  const window = { from_ms: now, to_ms: Number.MAX_SAFE_INTEGER };
  return { wanted: mayRemove ? { ...wanted, window } : wanted, faults: all.slice(0, MOST_FAULTS) };
}

import type { CalendarInput, ImportReport } from "#contract/api/requests.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { parseRoomKey, roomKey } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import { hours, type Millis, millis, minutes, seconds } from "#contract/units.ts";
import type { CalendarRecord } from "../store/calendars.ts";
import type { Store } from "../store/open-store.ts";
import { given } from "../store/present.ts";
import { importCalendar, type ImportContext, importCsv } from "./calendar-import.ts";
import type { FetchFeed } from "./fetch-feed.ts";
import { InputFaults } from "./input-faults.ts";
import type { Planner } from "./planner.ts";
import { reconcile, type Wanted } from "./reconcile.ts";
import { TemplateRules } from "./template-rules.ts";

const REFRESH_MIN = 15;
const LONGEST_BACK_OFF = hours(6);
/** Feeds that are due together at a start do not all go at once. */
const FIRST_WITHIN = seconds(10);
/** An unchanged calendar is still read anew this often, because the weeks that are looked at move on. */
const READ_AGAIN_AFTER = hours(6);

interface Found {
  text: string;
  etag?: string;
  last_modified?: string;
}

/** The source that a calendar's demos carry. */
const calendarSource = (name: string): string => `calendar:${name}`;

/**
 * Calendars as sources of demos: fetched when they are due, read, and brought into the store. A calendar that cannot be
 * fetched or read keeps its last good demos and says what is wrong; it is tried again at growing distances.
 */
export class Feeds {
  readonly #store: Store;
  readonly #planner: Planner;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #fetch: FetchFeed;
  readonly #timers = new Map<string, Cancel>();
  readonly #running = new Map<string, Promise<ImportReport>>();
  readonly #readAt = new Map<string, number>();
  #isStopped = false;

  constructor(parts: { store: Store; planner: Planner; clock: Clock; log: Log; fetch: FetchFeed }) {
    this.#store = parts.store;
    this.#planner = parts.planner;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#fetch = parts.fetch;
  }

  async start(): Promise<void> {
    for (const [index, { name }] of (await this.#store.calendars.all()).entries())
      this.#schedule(name, millis(Math.min(index * 250, FIRST_WITHIN)));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const cancel of this.#timers.values()) cancel();
    await Promise.allSettled(this.#running.values());
  }

  /** Adds or changes a calendar and reads it at once. */
  async put(input: CalendarInput): Promise<{ calendar: CalendarRecord; report: ImportReport }> {
    if ((input.url === undefined) === (input.ics === undefined))
      throw new InputFaults([{ where: "url", why: "give either url or ics" }]);
    if (input.url !== undefined && !/^https?:$/.test(new URL(input.url).protocol))
      throw new InputFaults([{ where: "url", why: "must begin with http:// or https:// (webcal:// is https://)" }]);
    if (input.room !== undefined && !this.#planner.plans.has(input.room))
      throw new InputFaults([{ where: "room", why: `there is no room ${input.room}` }]);
    const { name, url, ics, demo_marker } = input;
    const room = input.room === undefined ? {} : parseRoomKey(input.room);
    await this.#running.get(name)?.catch(() => {});
    await this.#store.calendars.put({
      name,
      refresh_min: input.refresh_min ?? REFRESH_MIN,
      ...given({ url, ics, demo_marker }),
      ...room,
    });
    const report = await this.refresh(name);
    return { calendar: (await this.#store.calendars.get(name)) as CalendarRecord, report };
  }

  /** Removes a calendar with everything that came from it. */
  async remove(name: string): Promise<boolean> {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
    await this.#running.get(name)?.catch(() => {});
    if (!(await this.#store.calendars.remove(name))) return false;
    const nothing: Wanted = {
      source: calendarSource(name),
      demos: [],
      bookings: [],
      window: { from_ms: 0, to_ms: Number.MAX_SAFE_INTEGER },
    };
    const { rooms } = await reconcile(this.#store, nothing);
    await this.#planner.changed(rooms);
    return true;
  }

  /** Reads a calendar now; a second call while it runs waits for the same. */
  refresh(name: string): Promise<ImportReport> {
    const running = this.#running.get(name);
    if (running !== undefined) return running;
    const run = this.#refresh(name).finally(() => this.#running.delete(name));
    this.#running.set(name, run);
    return run;
  }

  /** Takes demos from a CSV. */
  async importCsv(text: string, replace: boolean): Promise<ImportReport> {
    const { wanted, faults } = importCsv(text, { ...(await this.#context()), replace });
    return this.#take(wanted, faults);
  }

  async #refresh(name: string): Promise<ImportReport> {
    const calendar = await this.#store.calendars.get(name);
    if (calendar === undefined) throw new GreenroomError("NOT_FOUND", `there is no calendar ${name}`);
    this.#timers.get(name)?.();
    const now = this.#clock.now();
    try {
      const found = await this.#textOf(calendar);
      const report = found === undefined ? unchanged(calendar) : await this.#read(calendar, found);
      await this.#store.calendars.progress(name, { fetched_ms: now, failures: 0 });
      this.#schedule(name, this.#wait(calendar.refresh_min, 0));
      if (calendar.failures > 0) this.#log.info({ calendar: name }, "the calendar can be read again");
      return report;
    } catch (error) {
      const failures = calendar.failures + 1;
      const fault = { where: "calendar", why: messageOf(error) };
      await this.#store.calendars.progress(name, { fetched_ms: now, failures, faults: [fault] });
      this.#schedule(name, this.#wait(calendar.refresh_min, failures));
      if (failures === 1)
        this.#log.warn({ calendar: name, why: fault.why }, "a calendar cannot be read; its last good demos stay");
      return { added: 0, changed: 0, removed: 0, unchanged: 0, faults: [fault] };
    }
  }

  /** What to read; `undefined` when nothing has changed and it was read not long ago. */
  async #textOf(calendar: CalendarRecord): Promise<Found | undefined> {
    const { name, url, ics, etag, last_modified } = calendar;
    if (url === undefined) return { text: ics ?? "" };
    const answer = await this.#fetch({ url, ...(ics === undefined ? {} : given({ etag, last_modified })) });
    if (answer.kind === "text") return answer;
    const isDue = this.#clock.now() - (this.#readAt.get(name) ?? 0) >= READ_AGAIN_AFTER;
    return isDue && ics !== undefined ? { text: ics, ...given({ etag, last_modified }) } : undefined;
  }

  async #read(calendar: CalendarRecord, { text, etag, last_modified }: Found): Promise<ImportReport> {
    const { name, site, room, demo_marker } = calendar;
    const { wanted, faults } = importCalendar(text, calendarSource(name), {
      ...(await this.#context()),
      ...given({
        marker: demo_marker,
        room: site === undefined || room === undefined ? undefined : roomKey(site, room),
      }),
    });
    if (wanted.window === undefined)
      throw new GreenroomError("CALENDAR_INVALID", faults.map(({ where, why }) => `${where}: ${why}`).join("; "));
    const report = await this.#take(wanted, faults);
    this.#readAt.set(name, this.#clock.now());
    const events = wanted.demos.length + wanted.bookings.length;
    // Only what could be read is kept, so that an answer of "unchanged" never means a text that could not.
    const kept = { ics: text, ...given({ etag, last_modified }) };
    await this.#store.calendars.progress(name, { ...kept, succeeded_ms: this.#clock.now(), events, faults });
    return report;
  }

  async #context(): Promise<Pick<ImportContext, "rooms" | "templates" | "now">> {
    const templates = new TemplateRules(await this.#store.templates.all());
    return { rooms: this.#planner.plans, templates, now: this.#clock.now() };
  }

  async #take(wanted: Wanted, faults: ImportReport["faults"]): Promise<ImportReport> {
    const { report, rooms } = await reconcile(this.#store, wanted);
    await this.#planner.changed(rooms);
    return { ...report, faults };
  }

  #wait(refreshMin: number, failures: number): Millis {
    const regular = minutes(refreshMin);
    if (failures === 0) return regular;
    const backOff = Math.min(minutes(1) * 2 ** Math.min(failures - 1, 12), Math.max(regular, LONGEST_BACK_OFF));
    return millis(backOff * (0.9 + Math.random() * 0.2));
  }

  #schedule(name: string, wait: Millis): void {
    this.#timers.get(name)?.();
    if (this.#isStopped) return;
    const cancel = this.#clock.after(wait, () => {
      this.refresh(name).catch((error: unknown) =>
        this.#log.error({ calendar: name, why: messageOf(error) }, "a calendar cannot be brought into the store"),
      );
    });
    this.#timers.set(name, cancel);
  }
}

const unchanged = (calendar: CalendarRecord): ImportReport => ({
  added: 0,
  changed: 0,
  removed: 0,
  unchanged: calendar.events,
  faults: calendar.faults,
});

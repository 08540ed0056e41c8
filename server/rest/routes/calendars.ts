import { z } from "zod";
import { CalendarSaved, CalendarView } from "#contract/api/admin.ts";
import { CalendarInput, ImportReport } from "#contract/api/requests.ts";
import { GreenroomError } from "#contract/errors.ts";
import { Id, roomKey } from "#contract/ids.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import { actorOf } from "../../people/principal.ts";
import { InputFaults } from "../../planning/input-faults.ts";
import type { CalendarRecord } from "../../store/calendars.ts";
import { given } from "../../store/present.ts";
import type { App, Context } from "../context.ts";
import { principalOf } from "./session.ts";

const One = z.object({ name: Id });
/** A calendar of 8 MiB, and what JSON makes of its line ends. */
const CALENDAR_BODY_BYTES = 18 * 1024 * 1024;
const ImportQuery = z.object({
  /** The name under which an iCalendar file is kept; the next import under it takes its place. */
  name: Id.optional(),
  /** Of a CSV: demos of the file before that are not in this one go. */
  replace: z.enum(["true", "false"]).optional(),
  /** Of an iCalendar file: only events whose summary or categories contain this are demos. */
  demo_marker: z.string().max(64).optional(),
});
const ImportBody = z.string().max(8_388_608);
const TEXTS = ["text/calendar", "text/csv", "application/csv", "application/vnd.ms-excel", "text/plain"];

/** Calendars that demos come from, and files that are imported once. */
export function calendarRoutes(app: App, { store, feeds }: Context): void {
  app.addContentTypeParser(TEXTS, { parseAs: "string", bodyLimit: CALENDAR_BODY_BYTES }, (_request, body, done) =>
    done(null, body),
  );

  app.get(
    "/calendars",
    {
      schema: { tags: ["calendars"], summary: "Calendars, and how they are", response: { 200: z.array(CalendarView) } },
    },
    async () => (await store.calendars.all()).map(calendarView),
  );

  app.put(
    "/calendars/:name",
    {
      bodyLimit: CALENDAR_BODY_BYTES,
      schema: {
        tags: ["calendars"],
        summary: "Add or change a calendar (url or ics) and read it at once",
        params: One,
        body: CalendarInput.omit({ name: true }),
        response: { 200: CalendarSaved },
      },
    },
    async (request) => {
      const { name } = request.params;
      const { calendar, report } = await feeds.put({ ...request.body, name });
      // Never the address: many calendars carry their secret in it.
      await store.audit.add({
        actor: actorOf(principalOf(request)),
        action: "calendar.put",
        subject: name,
        address: request.ip,
      });
      return { calendar: calendarView(calendar), report };
    },
  );

  app.post(
    "/calendars/:name/refresh",
    { schema: { tags: ["calendars"], summary: "Read a calendar now", params: One, response: { 200: CalendarSaved } } },
    async (request) => {
      const report = await feeds.refresh(request.params.name);
      const calendar = await store.calendars.get(request.params.name);
      if (calendar === undefined) throw new GreenroomError("NOT_FOUND", `there is no calendar ${request.params.name}`);
      return { calendar: calendarView(calendar), report };
    },
  );

  app.delete(
    "/calendars/:name",
    {
      schema: {
        tags: ["calendars"],
        summary: "Remove a calendar with every demo that came from it",
        params: One,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      if (!(await feeds.remove(name))) throw new GreenroomError("NOT_FOUND", `there is no calendar ${name}`);
      await store.audit.add({
        actor: actorOf(principalOf(request)),
        action: "calendar.remove",
        subject: name,
        address: request.ip,
      });
      return reply.code(204).send();
    },
  );

  app.post(
    "/demos/import",
    {
      bodyLimit: CALENDAR_BODY_BYTES,
      schema: {
        tags: ["demos"],
        summary: "Take demos from a CSV (text/csv) or an iCalendar file (text/calendar)",
        consumes: ["text/csv", "text/calendar"],
        querystring: ImportQuery,
        body: ImportBody,
        response: { 200: ImportReport },
      },
    },
    async (request) => {
      const { body, query } = request;
      if (body.trim() === "") throw new InputFaults([{ where: "file", why: "is empty" }]);
      const isCalendar =
        /^\uFEFF?\s*BEGIN:VCALENDAR/i.test(body) || request.headers["content-type"]?.startsWith("text/calendar");
      const report =
        isCalendar === true
          ? (await feeds.put({ name: query.name ?? "import", ics: body, ...given({ demo_marker: query.demo_marker }) }))
              .report
          : await feeds.importCsv(body, query.replace === "true");
      const { faults, ...counts } = report;
      await store.audit.add({
        actor: actorOf(principalOf(request)),
        action: "demo.import",
        subject: isCalendar === true ? "calendar" : "csv",
        detail: { ...counts, faults: faults.length },
        address: request.ip,
      });
      return report;
    },
  );
}

const time = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : rfc3339(instant(ms)));

const calendarView = (record: CalendarRecord): CalendarView => ({
  name: record.name,
  refresh_min: record.refresh_min,
  state: record.failures > 0 ? "failing" : record.succeeded_ms === undefined ? "never" : "ok",
  events: record.events,
  faults: record.faults,
  ...given({
    url: record.url,
    demo_marker: record.demo_marker,
    room: record.site === undefined || record.room === undefined ? undefined : roomKey(record.site, record.room),
    fetched_at: time(record.fetched_ms),
    succeeded_at: time(record.succeeded_ms),
  }),
});

import { PromiseAnswer, PromiseInput } from "#contract/api/requests.ts";
import { hours, rfc3339 } from "#contract/units.ts";
import { InputFaults } from "../../planning/input-faults.ts";
import { type Busy, byPromise, decidePromise } from "../../planning/promise.ts";
import type { App, Context } from "../context.ts";

const LONGEST = hours(24);
/** A room's record is that of the last half year: people and gear change. */
const RECORD = hours(24 * 180);
const MOST_OPTIONS = 12;

/** "Can I promise this": every room is judged for a time and needs; the best come first, the one asked for stands alone. */
export function promiseRoutes(app: App, { store, planner, view, wire, clock }: Context): void {
  app.post(
    "/promise",
    {
      schema: {
        tags: ["demos"],
        summary: "Can a room be promised for a time and needs; and which rooms would be better",
        body: PromiseInput,
        response: { 200: PromiseAnswer },
      },
    },
    async ({ body }) => {
      const now = clock.now();
      const span = { from_ms: Date.parse(body.start), to_ms: Date.parse(body.end) };
      const faults = [
        ...(span.to_ms <= span.from_ms ? [{ where: "end", why: "must be after the start" }] : []),
        ...(span.to_ms <= now ? [{ where: "end", why: "is in the past" }] : []),
        ...(span.to_ms - span.from_ms > LONGEST ? [{ where: "end", why: "is more than 24 h after the start" }] : []),
        ...(body.room !== undefined && !planner.plans.has(body.room)
          ? [{ where: "room", why: `there is no room ${body.room}` }]
          : []),
      ];
      if (faults.length > 0) throw new InputFaults(faults);
      const [demos, bookings, windows, tracks] = await Promise.all([
        store.demos.within(span),
        store.bookings.within(span),
        store.maintenance.within(span),
        store.receipts.trackRecords(now - RECORD),
      ]);
      const busy = new Map<string, Busy[]>();
      const add = (what: Busy["what"], things: readonly { key: string; start_ms: number; end_ms: number }[]): void => {
        for (const { key, start_ms, end_ms } of things) {
          const list = busy.get(key) ?? [];
          list.push({ what, start_ms, end_ms });
          busy.set(key, list);
        }
      };
      add("visit", demos);
      add("maintenance", windows);
      add("booking", bookings);
      const options = view
        .rooms()
        .map((room) =>
          decidePromise(body, {
            view: room,
            readiness: wire.readiness(room.key),
            busy: busy.get(room.key) ?? [],
            track: tracks.get(room.key),
            now,
          }),
        )
        .toSorted(byPromise);
      const asked = options.find((option) => option.room.key === body.room);
      return {
        at: rfc3339(now),
        ...(asked === undefined ? {} : { asked }),
        options: options.filter((option) => option !== asked).slice(0, MOST_OPTIONS),
      };
    },
  );
}

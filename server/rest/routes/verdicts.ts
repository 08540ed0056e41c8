import { z } from "zod";
import { VerdictAt, VerdictHistory } from "#contract/api/evidence.ts";
import { GreenroomError } from "#contract/errors.ts";
import { Id, roomKey } from "#contract/ids.ts";
import { At } from "#contract/messages/common.ts";
import { hours, instant, rfc3339 } from "#contract/units.ts";
import { InputFaults } from "../../planning/input-faults.ts";
import { given } from "../../store/present.ts";
import type { PastVerdict } from "../../store/verdicts.ts";
import type { App, Context } from "../context.ts";

const Where = z.object({ site: Id, room: Id });
const Span = z.object({ from: At.optional(), to: At.optional() });
const Moment = z.object({ at: At });
const LONGEST = hours(24 * 32);
const MOST = 5_000;
/** Between two beats of whoever takes verdicts down nothing is missed. */
const BEAT_MS = 120_000;

/** How a room was judged in the past, and why. */
export function verdictRoutes(app: App, { store, planner, clock }: Context): void {
  const known = (site: string, room: string): void => {
    if (!planner.plans.has(roomKey(site, room)))
      throw new GreenroomError("NOT_FOUND", `there is no room ${site}/${room}`);
  };

  app.get(
    "/rooms/:site/:room/verdicts",
    {
      schema: {
        tags: ["rooms"],
        summary: "How a room was judged, change by change; the last 24 h unless from and to say otherwise",
        params: Where,
        querystring: Span,
        response: { 200: VerdictHistory },
      },
    },
    async ({ params: { site, room }, query }) => {
      known(site, room);
      const to_ms = query.to === undefined ? clock.now() : Date.parse(query.to);
      const from_ms = query.from === undefined ? to_ms - hours(24) : Date.parse(query.from);
      if (from_ms >= to_ms) throw new InputFaults([{ where: "query from", why: "must be before to" }]);
      if (to_ms - from_ms > LONGEST)
        throw new InputFaults([{ where: "query from", why: "is more than 32 days before to" }]);
      const [changes, watched] = await Promise.all([
        store.verdicts.within(site, room, { from_ms, to_ms }, MOST),
        store.verdicts.watched({ from_ms, to_ms }),
      ]);
      return {
        room: roomKey(site, room),
        from: time(from_ms),
        to: time(to_ms),
        watched: watched.map((span) => ({ from: time(span.from_ms), to: time(span.to_ms) })),
        changes: changes.map(told),
      };
    },
  );

  app.get(
    "/rooms/:site/:room/verdict",
    {
      schema: {
        tags: ["rooms"],
        summary: "What was known of a room at a moment, and why it was judged so",
        params: Where,
        querystring: Moment,
        response: { 200: VerdictAt },
      },
    },
    async ({ params: { site, room }, query }) => {
      known(site, room);
      const atMs = Date.parse(query.at);
      const [found, watched] = await Promise.all([
        store.verdicts.at(site, room, atMs),
        store.verdicts.watched({ from_ms: atMs - BEAT_MS, to_ms: atMs }),
      ]);
      const watch = watched.at(-1);
      if (found === undefined || watch === undefined || found.at_ms < watch.from_ms)
        throw new GreenroomError(
          "NOT_FOUND",
          "nothing was taken down then: Greenroom was not running, or it is too long ago",
        );
      const [, next] = await store.verdicts.within(site, room, { from_ms: found.at_ms, to_ms: clock.now() + 1 }, 1);
      return {
        ...told(found),
        asked: query.at,
        visits: found.visits.map((visit) => ({ ...visit })),
        ...given({ verdict: found.verdict, until: next === undefined ? undefined : time(next.at_ms) }),
      };
    },
  );
}

const time = (ms: number): string => rfc3339(instant(ms));
const told = ({
  at_ms,
  outcome,
  score,
  sentence,
  currency,
}: PastVerdict): z.infer<typeof VerdictHistory>["changes"][number] => ({
  at: time(at_ms),
  outcome,
  score,
  sentence,
  currency,
});

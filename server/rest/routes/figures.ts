import { z } from "zod";
import { Figures } from "#contract/api/evidence.ts";
import { Id } from "#contract/ids.ts";
import { At } from "#contract/messages/common.ts";
import { hours } from "#contract/units.ts";
import { decideFigures } from "../../evidence/figures.ts";
import { InputFaults } from "../../planning/input-faults.ts";
import type { DemoRecord } from "../../store/demos.ts";
import { given } from "../../store/present.ts";
import type { App, Context } from "../context.ts";

const Query = z.object({ from: At.optional(), to: At.optional(), site: Id.optional() });
const USUAL = hours(24 * 28);
const LONGEST = hours(24 * 400);
/** An alert about a visit is raised at most this long before it: the gateway knows 48 h. */
const RAISED_BEFORE = hours(72);
const MOST = 50_000;

/** What both departments are measured by, from receipts and alerts. */
export function figureRoutes(app: App, { store, planner, clock }: Context): void {
  app.get(
    "/figures",
    {
      schema: {
        tags: ["figures"],
        summary: "How visits began and how alerts did; of the last 28 days unless from and to say otherwise",
        querystring: Query,
        response: { 200: Figures },
      },
    },
    async ({ query }) => {
      const now = clock.now();
      const to_ms = Math.min(now, query.to === undefined ? now : Date.parse(query.to));
      const from_ms = query.from === undefined ? to_ms - USUAL : Date.parse(query.from);
      if (from_ms >= to_ms) throw new InputFaults([{ where: "query from", why: "must be in the past, and before to" }]);
      if (to_ms - from_ms > LONGEST)
        throw new InputFaults([{ where: "query from", why: "is more than 400 days before to" }]);
      const { site } = query;
      const span = { from_ms, to_ms };
      const where = given({ site });
      const [demos, receipts, alerts] = await Promise.all([
        store.demos.within({ from_ms, to_ms: to_ms + hours(4) }, { ...where, limit: MOST }),
        store.receipts.arrived(span, site),
        store.alerts.raised({ fromMs: from_ms - RAISED_BEFORE, toMs: to_ms, ...where, limit: MOST }),
      ]);
      const isArrived = ({ arrival_ms }: { arrival_ms: number }): boolean =>
        arrival_ms >= from_ms && arrival_ms < to_ms;
      return decideFigures({
        ...span,
        visits: demos
          .filter((demo) => isArrived(demo) && wasKnown(demo))
          .map(({ id, key, arrival_ms, moved_from }) => ({ id, key, arrival_ms, isMoved: moved_from !== undefined })),
        receipts,
        alerts: alerts.map(({ alert }) => alert),
        rooms: new Map([...planner.plans.values()].map(({ key, card }) => [key, { name: card.name, zone: card.zone }])),
      });
    },
  );
}

/** A visit that was entered only after its client had come (a first import of last week's calendar) was never anybody's to make ready. */
const wasKnown = ({ arrival_ms, revision, updated_ms }: DemoRecord): boolean =>
  revision > 1 || updated_ms <= arrival_ms;

import { z } from "zod";
import { DemoMoved, MoveInput } from "#contract/api/requests.ts";
import { DemoChange } from "#contract/api/templates.ts";
import { DemoView } from "#contract/api/views.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import { InputFaults } from "../../planning/input-faults.ts";
import { moveDemo } from "../../planning/move-demo.ts";
import type { DemoDraft, DemoRecord } from "../../store/demos.ts";
import type { App, Context } from "../context.ts";
import { DemoDesk } from "../demo-desk.ts";
import { revisionWanted, tellRevision } from "../revision.ts";
import { principalOf } from "./session.ts";

const One = z.object({ id: z.string().min(1).max(128) });

/** What is changed of a visit while the rest of it stays: its template, its own needs, who is let in, its room. */
export function demoChangeRoutes(app: App, context: Context): void {
  const { store, planner } = context;
  const desk = new DemoDesk(context);

  app.patch(
    "/demos/:id",
    {
      schema: {
        tags: ["demos"],
        summary: "Change a visit's template, its own needs, its target or whether access is arranged; null takes back",
        params: One,
        body: DemoChange,
        response: { 200: DemoView },
      },
    },
    async (request, reply) => {
      const me = principalOf(request);
      const before = await desk.findMine(request.params.id, me);
      const { template } = request.body;
      if (typeof template === "string" && (await store.templates.get(template)) === undefined)
        throw new InputFaults([{ where: "template", why: `there is no template ${template}` }]);
      const record = await store.demos.put(before.id, changed(before, request.body), revisionWanted(request));
      await desk.audit(request, "demo.change", record, { changed: Object.keys(request.body) });
      await planner.changed([record.key]);
      tellRevision(reply, record.revision);
      return desk.shown(record, me);
    },
  );

  app.post(
    "/demos/:id/move",
    {
      schema: {
        tags: ["demos"],
        summary: "Move a visit to another room; refused (ROOM_TAKEN) when another visit or maintenance is there",
        params: One,
        body: MoveInput,
        response: { 200: DemoMoved },
      },
    },
    async (request, reply) => {
      const me = principalOf(request);
      const before = await desk.findMine(request.params.id, me);
      const { demo, displaced } = await moveDemo(store, before.id, request.body.room);
      await desk.audit(request, "demo.move", demo, { from: before.key, to: demo.key, displaced: displaced.length });
      await planner.changed([before.key, demo.key]);
      tellRevision(reply, demo.revision);
      const time = (ms: number): string => rfc3339(instant(ms));
      return {
        demo: desk.shown(demo, me),
        displaced: displaced.map(({ start_ms, end_ms }) => ({ start: time(start_ms), end: time(end_ms) })),
      };
    },
  );
}

function changed(before: DemoRecord, change: DemoChange): DemoDraft {
  const { key: _, asked: __, ...draft } = before;
  const next: DemoDraft = { ...draft, needs: change.needs ?? draft.needs };
  if (change.template !== undefined) {
    next.template_by = "hand";
    if (change.template === null) delete next.template;
    else next.template = change.template;
  }
  if (change.target === null) delete next.target;
  else if (change.target !== undefined) next.target = change.target;
  if (change.access === null) delete next.access;
  else if (change.access !== undefined) next.access = change.access;
  return next;
}

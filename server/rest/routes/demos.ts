import { z } from "zod";
import { Receipt } from "#contract/api/evidence.ts";
import { DemoInput } from "#contract/api/requests.ts";
import { DemoView } from "#contract/api/views.ts";
import { GreenroomError } from "#contract/errors.ts";
import { parseRoomKey, RoomKey, roomKey } from "#contract/ids.ts";
import { At } from "#contract/messages/common.ts";
import { hours } from "#contract/units.ts";
import { audienceOf, demoFor } from "../../live/audience.ts";
import { takenAt } from "../../evidence/taken-at.ts";
import { demoDraft } from "../../planning/demo-draft.ts";
import { InputFaults } from "../../planning/input-faults.ts";
import { TemplateRules } from "../../planning/template-rules.ts";
import type { DemoDraft, DemoRecord } from "../../store/demos.ts";
import { given } from "../../store/present.ts";
import type { App, Context } from "../context.ts";
import { DemoDesk } from "../demo-desk.ts";
import { revisionWanted, tellRevision } from "../revision.ts";
import { principalOf } from "./session.ts";

const Flag = z.enum(["true", "false", "1", "0", ""]).transform((text) => text !== "false" && text !== "0");
const DemosQuery = z.object({
  from: At.optional(),
  to: At.optional(),
  /** Only those of whoever asks. */
  mine: Flag.optional(),
  room: RoomKey.optional(),
  limit: z.coerce.number().int().min(1).max(5_000).optional(),
});
const One = z.object({ id: z.string().min(1).max(128) });

/** Client visits: listed, written by hand, taken out. */
export function demoRoutes(app: App, context: Context): void {
  const { store, planner, clock } = context;
  const desk = new DemoDesk(context);
  const templates = async (): Promise<TemplateRules> => new TemplateRules(await store.templates.all());

  app.get(
    "/demos",
    {
      schema: {
        tags: ["demos"],
        summary: "Visits in a span; from 12 h ago to 48 h ahead unless from and to say otherwise",
        querystring: DemosQuery,
        response: { 200: z.array(DemoView) },
      },
    },
    async (request) => {
      const { query } = request;
      const now = clock.now();
      const span = {
        from_ms: query.from === undefined ? now - hours(12) : Date.parse(query.from),
        to_ms: query.to === undefined ? now + hours(48) : Date.parse(query.to),
      };
      if (span.from_ms >= span.to_ms) throw new InputFaults([{ where: "query from", why: "must be before to" }]);
      const where = query.room === undefined ? {} : parseRoomKey(query.room);
      const records = await store.demos.within(span, { ...where, limit: query.limit ?? 2_000 });
      const audience = audienceOf(principalOf(request));
      const demos = records.flatMap((record) => desk.live(record) ?? []).map((demo) => demoFor(audience, demo));
      return query.mine === true ? demos.filter((demo) => demo.mine) : demos;
    },
  );

  app.get(
    "/demos/:id",
    { schema: { tags: ["demos"], summary: "One visit", params: One, response: { 200: DemoView } } },
    async (request, reply) => {
      const record = await desk.find(request.params.id);
      tellRevision(reply, record.revision);
      return desk.shown(record, principalOf(request));
    },
  );

  app.get(
    "/demos/:id/receipt",
    {
      schema: {
        tags: ["demos"],
        summary: "What was known of the room when the client walked in",
        params: One,
        response: { 200: Receipt },
      },
    },
    async (request) => {
      const receipt = await store.receipts.get(request.params.id);
      if (receipt === undefined) throw new GreenroomError("NOT_FOUND", "there is no receipt of this visit");
      const arrival = Date.parse(receipt.arrival);
      const alerts = (await store.alerts.about(request.params.id)).flatMap(({ alert }) => {
        const { id, title, raised_at, act_by } = alert;
        const taken_at = takenAt(alert);
        return Date.parse(raised_at) <= arrival ? [{ id, title, raised_at, act_by, ...given({ taken_at }) }] : [];
      });
      return { ...receipt, alerts };
    },
  );

  app.post(
    "/demos",
    { schema: { tags: ["demos"], summary: "Add a visit", body: DemoInput, response: { 201: DemoView } } },
    async (request, reply) => {
      const me = principalOf(request);
      const owner = me.kind === "person" ? { owner: me.id } : {};
      const context = { source: "api", rooms: planner.plans, templates: await templates(), ...owner };
      const record = await store.demos.add(demoDraft(request.body, context));
      await desk.audit(request, "demo.add", record);
      await planner.changed([record.key]);
      tellRevision(reply, record.revision);
      return reply.code(201).header("location", `/api/v1/demos/${record.id}`).send(desk.shown(record, me));
    },
  );

  app.put(
    "/demos/:id",
    {
      schema: {
        tags: ["demos"],
        summary: "Change a visit; with If-Match only if nobody has changed it meanwhile",
        params: One,
        body: DemoInput,
        response: { 200: DemoView },
      },
    },
    async (request, reply) => {
      const me = principalOf(request);
      const before = await desk.findMine(request.params.id, me);
      const owner = before.owner === undefined ? {} : { owner: before.owner };
      const rules = { rooms: planner.plans, templates: await templates() };
      const draft = demoDraft(request.body, { source: before.source, ...rules, ...owner });
      const record = await store.demos.put(before.id, rewritten(before, draft, request.body), revisionWanted(request));
      await desk.audit(request, "demo.put", record);
      await planner.changed([before.key, record.key]);
      tellRevision(reply, record.revision);
      return desk.shown(record, me);
    },
  );

  app.delete(
    "/demos/:id",
    { schema: { tags: ["demos"], summary: "Take a visit out", params: One, response: { 204: z.void() } } },
    async (request, reply) => {
      const me = principalOf(request);
      const record = await desk.findMine(request.params.id, me);
      await store.demos.remove(record.id);
      await desk.audit(request, "demo.remove", record);
      await planner.changed([record.key]);
      return reply.code(204).send();
    },
  );
}

/** A visit written whole: a template that is not named stays, and a calendar does not take back a room that a person has named. */
function rewritten(before: DemoRecord, draft: DemoDraft, input: DemoInput): DemoDraft {
  const { template, template_by } = input.template === undefined ? before : draft;
  const planned = before.moved_from ?? before.key;
  const key = roomKey(draft.site, draft.room);
  const moved_from = before.source === "api" || planned === key ? undefined : planned;
  const { template: _, template_by: __, ...rest } = draft;
  return { ...rest, ...given({ template, template_by, moved_from }) };
}

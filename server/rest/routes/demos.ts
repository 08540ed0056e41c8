import { z } from "zod";
import { DemoInput } from "#contract/api/requests.ts";
import { DemoView } from "#contract/api/views.ts";
import { GreenroomError } from "#contract/errors.ts";
import { RoomKey, parseRoomKey } from "#contract/ids.ts";
import { At } from "#contract/messages/common.ts";
import { DemoReadiness } from "#contract/messages/readiness.ts";
import { hours } from "#contract/units.ts";
import { audienceOf, demoFor } from "../../live/audience.ts";
import type { LiveDemo } from "../../live/demo-view.ts";
import { actorOf, type Principal } from "../../people/principal.ts";
import { demoDraft } from "../../planning/demo-draft.ts";
import { InputFaults } from "../../planning/input-faults.ts";
import type { DemoRecord } from "../../store/demos.ts";
import type { App, Context } from "../context.ts";
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
  const { store, planner, view, clock } = context;

  const live = (record: DemoRecord): LiveDemo | undefined => {
    const room = planner.plans.get(record.key);
    return room === undefined ? undefined : view.demo(record, room);
  };
  const shown = (record: DemoRecord, principal: Principal): DemoView => {
    const demo = live(record);
    if (demo === undefined) throw new GreenroomError("NOT_FOUND", `the room of demo ${record.id} is not in service`);
    return demoFor(audienceOf(principal), demo);
  };
  const find = async (id: string): Promise<DemoRecord> => {
    const record = await store.demos.get(id);
    if (record === undefined) throw new GreenroomError("NOT_FOUND", `there is no demo ${id}`);
    return record;
  };
  const audit = (principal: Principal, action: string, record: DemoRecord, address: string): Promise<void> =>
    store.audit.add({
      actor: actorOf(principal),
      action,
      subject: record.id,
      detail: { room: record.key, revision: record.revision },
      address,
    });
  /** Sales may change what is theirs. */
  const findMine = async (id: string, principal: Principal): Promise<DemoRecord> => {
    const record = await find(id);
    if (principal.role === "sales" && !shown(record, principal).mine)
      throw new GreenroomError("NOT_ALLOWED", "this visit is somebody else's");
    return record;
  };

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
      const demos = records.flatMap((record) => live(record) ?? []).map((demo) => demoFor(audience, demo));
      return query.mine === true ? demos.filter((demo) => demo.mine) : demos;
    },
  );

  app.get(
    "/demos/:id",
    { schema: { tags: ["demos"], summary: "One visit", params: One, response: { 200: DemoView } } },
    async (request, reply) => {
      const record = await find(request.params.id);
      tellRevision(reply, record.revision);
      return shown(record, principalOf(request));
    },
  );

  app.get(
    "/demos/:id/receipt",
    {
      schema: {
        tags: ["demos"],
        summary: "What was known of the room when the client walked in",
        params: One,
        response: { 200: DemoReadiness },
      },
    },
    async (request) => {
      const receipt = await store.receipts.get(request.params.id);
      if (receipt === undefined) throw new GreenroomError("NOT_FOUND", "there is no receipt of this visit");
      return receipt;
    },
  );

  app.post(
    "/demos",
    { schema: { tags: ["demos"], summary: "Add a visit", body: DemoInput, response: { 201: DemoView } } },
    async (request, reply) => {
      const me = principalOf(request);
      const owner = me.kind === "person" ? { owner: me.id } : {};
      const record = await store.demos.add(demoDraft(request.body, { source: "api", rooms: planner.plans, ...owner }));
      await audit(me, "demo.add", record, request.ip);
      await planner.changed([record.key]);
      tellRevision(reply, record.revision);
      return reply.code(201).header("location", `/api/v1/demos/${record.id}`).send(shown(record, me));
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
      const before = await findMine(request.params.id, me);
      const owner = before.owner === undefined ? {} : { owner: before.owner };
      const draft = demoDraft(request.body, { source: before.source, rooms: planner.plans, ...owner });
      const record = await store.demos.put(before.id, draft, revisionWanted(request));
      await audit(me, "demo.put", record, request.ip);
      await planner.changed([before.key, record.key]);
      tellRevision(reply, record.revision);
      return shown(record, me);
    },
  );

  app.delete(
    "/demos/:id",
    { schema: { tags: ["demos"], summary: "Take a visit out", params: One, response: { 204: z.void() } } },
    async (request, reply) => {
      const me = principalOf(request);
      const record = await findMine(request.params.id, me);
      await store.demos.remove(record.id);
      await audit(me, "demo.remove", record, request.ip);
      await planner.changed([record.key]);
      return reply.code(204).send();
    },
  );
}

import { z } from "zod";
import { MaintenanceView } from "#contract/api/admin.ts";
import { MaintenanceInput } from "#contract/api/requests.ts";
import { GreenroomError } from "#contract/errors.ts";
import { parseRoomKey, RoomKey } from "#contract/ids.ts";
import { At } from "#contract/messages/common.ts";
import { hours, instant, rfc3339 } from "#contract/units.ts";
import { actorOf } from "../../people/principal.ts";
import { windowDraft } from "../../planning/window-draft.ts";
import type { MaintenanceRecord } from "../../store/maintenance.ts";
import type { App, Context } from "../context.ts";
import { revisionWanted, tellRevision } from "../revision.ts";
import { principalOf } from "./session.ts";

const One = z.object({ id: z.string().min(1).max(128) });
const Query = z.object({ from: At.optional(), to: At.optional(), room: RoomKey.optional() });
const AHEAD = hours(24 * 366);

/** Maintenance windows. */
export function maintenanceRoutes(app: App, { store, planner, clock }: Context): void {
  const find = async (id: string): Promise<MaintenanceRecord> => {
    const window = await store.maintenance.get(id);
    if (window === undefined) throw new GreenroomError("NOT_FOUND", `there is no maintenance window ${id}`);
    return window;
  };

  app.get(
    "/maintenance",
    {
      schema: {
        tags: ["maintenance"],
        summary: "Windows in a span; those that run or come unless from and to say otherwise",
        querystring: Query,
        response: { 200: z.array(MaintenanceView) },
      },
    },
    async ({ query }) => {
      const now = clock.now();
      const span = {
        from_ms: query.from === undefined ? now : Date.parse(query.from),
        to_ms: query.to === undefined ? now + AHEAD : Date.parse(query.to),
      };
      const where = query.room === undefined ? {} : parseRoomKey(query.room);
      return (await store.maintenance.within(span, where)).map(maintenanceView);
    },
  );

  app.post(
    "/maintenance",
    {
      schema: {
        tags: ["maintenance"],
        summary: "Plan a window",
        body: MaintenanceInput,
        response: { 201: MaintenanceView },
      },
    },
    async (request, reply) => {
      const by = actorOf(principalOf(request));
      const window = await store.maintenance.add(windowDraft(request.body, { by, rooms: planner.plans }));
      await store.audit.add({
        actor: by,
        action: "maintenance.add",
        subject: window.id,
        detail: { room: window.key },
        address: request.ip,
      });
      await planner.changed([window.key]);
      tellRevision(reply, window.revision);
      return reply.code(201).send(maintenanceView(window));
    },
  );

  app.put(
    "/maintenance/:id",
    {
      schema: {
        tags: ["maintenance"],
        summary: "Change a window; with If-Match only if nobody has changed it meanwhile",
        params: One,
        body: MaintenanceInput,
        response: { 200: MaintenanceView },
      },
    },
    async (request, reply) => {
      const by = actorOf(principalOf(request));
      const before = await find(request.params.id);
      const draft = windowDraft(request.body, { by, rooms: planner.plans });
      const window = await store.maintenance.put(before.id, draft, revisionWanted(request));
      await store.audit.add({ actor: by, action: "maintenance.put", subject: window.id, address: request.ip });
      await planner.changed([before.key, window.key]);
      tellRevision(reply, window.revision);
      return maintenanceView(window);
    },
  );

  app.delete(
    "/maintenance/:id",
    { schema: { tags: ["maintenance"], summary: "Take a window out", params: One, response: { 204: z.void() } } },
    async (request, reply) => {
      const window = await find(request.params.id);
      await store.maintenance.remove(window.id);
      const actor = actorOf(principalOf(request));
      await store.audit.add({ actor, action: "maintenance.remove", subject: window.id, address: request.ip });
      await planner.changed([window.key]);
      return reply.code(204).send();
    },
  );
}

const maintenanceView = (window: MaintenanceRecord): MaintenanceView => ({
  id: window.id,
  room: window.key,
  start: rfc3339(instant(window.start_ms)),
  end: rfc3339(instant(window.end_ms)),
  reason: window.reason,
  revision: window.revision,
});

import { z } from "zod";
import { ReplyInput } from "#contract/api/requests.ts";
import { AlertView } from "#contract/api/views.ts";
import { GreenroomError } from "#contract/errors.ts";
import { parseRoomKey, RoomKey } from "#contract/ids.ts";
import { At } from "#contract/messages/common.ts";
import { hours, rfc3339 } from "#contract/units.ts";
import { publish } from "#contract/wire.ts";
import { alertFor, audienceOf } from "../../live/audience.ts";
import { alertView } from "../../live/demo-view.ts";
import { actorOf, type Principal } from "../../people/principal.ts";
import { InputFaults } from "../../planning/input-faults.ts";
import type { AlertRecord } from "../../store/alerts.ts";
import { given } from "../../store/present.ts";
import type { App, Context } from "../context.ts";
import { principalOf } from "./session.ts";

const AlertsQuery = z.object({
  /** `open` (what is on the wire now) unless given. */
  state: z.enum(["open", "all"]).optional(),
  room: RoomKey.optional(),
  /** For `all`: raised in this span; the last 30 days unless given. */
  from: At.optional(),
  to: At.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).optional(),
});
const One = z.object({ id: z.string().regex(/^[a-z0-9-]{1,64}$/) });

/** Alerts, open and past, and what people decide about them. */
export function alertRoutes(app: App, context: Context): void {
  const { store, planner, view, clock, bus } = context;

  const shown = (alerts: readonly AlertView[], principal: Principal): AlertView[] => {
    const audience = audienceOf(principal);
    return alerts.map((alert) => alertFor(audience, alert));
  };
  const past = ({ key, alert }: AlertRecord): AlertView[] => {
    const room = planner.plans.get(key);
    return room === undefined ? [] : [alertView(alert, room)];
  };

  app.get(
    "/alerts",
    {
      schema: {
        tags: ["alerts"],
        summary: "Alerts: open ones, or all that were raised in a span",
        querystring: AlertsQuery,
        response: { 200: z.array(AlertView) },
      },
    },
    async (request) => {
      const { query } = request;
      const me = principalOf(request);
      if (query.state !== "all") {
        const open = view.alerts().filter((alert) => query.room === undefined || alert.room_key === query.room);
        return shown(open.slice(0, query.limit ?? 1_000), me);
      }
      const toMs = query.to === undefined ? clock.now() + 1 : Date.parse(query.to);
      const fromMs = query.from === undefined ? toMs - hours(24 * 30) : Date.parse(query.from);
      const where = query.room === undefined ? {} : parseRoomKey(query.room);
      const records = await store.alerts.raised({ ...where, fromMs, toMs, limit: query.limit ?? 200 });
      return shown(records.flatMap(past), me);
    },
  );

  app.get(
    "/alerts/:id",
    { schema: { tags: ["alerts"], summary: "One alert, open or past", params: One, response: { 200: AlertView } } },
    async (request) => {
      const { id } = request.params;
      const open = view.alerts().find((alert) => alert.id === id);
      const record = open === undefined ? await store.alerts.get(id) : undefined;
      const found = open ?? (record === undefined ? undefined : past(record)[0]);
      if (found === undefined) throw new GreenroomError("NOT_FOUND", `there is no alert ${id}`);
      return alertFor(audienceOf(principalOf(request)), found);
    },
  );

  app.post(
    "/alerts/:id/reply",
    {
      schema: {
        tags: ["alerts"],
        summary: "Acknowledge, assign, snooze or resolve; what comes of it arrives over the live feed",
        params: One,
        body: ReplyInput,
        response: { 202: z.object({ accepted: z.literal(true) }) },
      },
    },
    async (request, reply) => {
      const me = principalOf(request);
      const { id } = request.params;
      const open = context.wire.alerts.get(id);
      if (open === undefined) throw new GreenroomError("NOT_FOUND", `there is no open alert ${id}`);
      const { body } = request;
      checkReply(body, clock.now());
      const address = { ...parseRoomKey(open.key), id };
      const { assignee, until, note, found } = body;
      await publish(bus, "reply", address, {
        at: rfc3339(clock.now()),
        reply: body.reply,
        by: me.name.slice(0, 128),
        ...given({ assignee, until, note, found }),
      });
      await store.audit.add({
        actor: actorOf(me),
        action: `alert.${body.reply}`,
        subject: id,
        detail: given({ room: open.key, assignee, until, found }),
        address: request.ip,
      });
      return reply.code(202).send({ accepted: true });
    },
  );
}

function checkReply(body: ReplyInput, now: number): void {
  if (body.reply === "assign" && (body.assignee ?? "").trim() === "")
    throw new InputFaults([{ where: "assignee", why: "is needed to assign" }]);
  if (body.reply === "snooze" && (body.until === undefined || Date.parse(body.until) <= now))
    throw new InputFaults([{ where: "until", why: "is needed to snooze, and must be in the future" }]);
  if (body.found !== undefined && body.reply !== "resolve")
    throw new InputFaults([{ where: "found", why: "is said when it is resolved" }]);
}

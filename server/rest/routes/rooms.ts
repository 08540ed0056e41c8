import { z } from "zod";
import { HistoryAnswer } from "#contract/api/requests.ts";
import { RoomDetail, RoomView } from "#contract/api/views.ts";
import { GreenroomError } from "#contract/errors.ts";
import { Id, RESERVED_ROOM, roomKey } from "#contract/ids.ts";
import { At } from "#contract/messages/common.ts";
import { RoomCard } from "#contract/messages/room.ts";
import { metrics } from "#contract/metrics.ts";
import { hours, instant, rfc3339 } from "#contract/units.ts";
import { roomDetail } from "../../live/room-view.ts";
import { actorOf } from "../../people/principal.ts";
import { InputFaults } from "../../planning/input-faults.ts";
import type { RoomPlan } from "../../planning/room-plan.ts";
import { given } from "../../store/present.ts";
import type { App, Context } from "../context.ts";
import { revisionWanted, tellRevision } from "../revision.ts";
import { principalOf } from "./session.ts";

const Where = z.object({
  site: Id,
  room: Id.refine((room) => room !== RESERVED_ROOM, `"${RESERVED_ROOM}" is not a room`),
});
const LONGEST_SPAN = hours(24 * 400);
const HistoryQuery = z.object({
  from: At.optional(),
  to: At.optional(),
  /** Comma-separated; all of them unless given. */
  metrics: z.string().max(1_024).optional(),
  device: Id.optional(),
  points: z.coerce.number().int().min(10).max(5_000).optional(),
});

/** Rooms: the board's short form, everything about one, its card, and its past. */
export function roomRoutes(app: App, context: Context): void {
  const { store, planner, view, clock, history } = context;
  const planOf = (site: string, room: string): RoomPlan => {
    const plan = planner.plans.get(roomKey(site, room));
    if (plan === undefined) throw new GreenroomError("NOT_FOUND", `there is no room ${site}/${room}`);
    return plan;
  };
  const detailOf = (plan: RoomPlan): RoomDetail => {
    const facts = {
      plan,
      readiness: context.wire.readiness(plan.key),
      currency: view.currencyOf(plan),
      nudge: context.wire.nudge(plan.key),
      now: clock.now(),
    };
    return roomDetail(facts, {
      device: (device) => context.wire.device(plan.key, device),
      agent: (agent) => context.wire.agent(plan.site, agent),
    });
  };

  app.get("/rooms", { schema: { tags: ["rooms"], summary: "All rooms", response: { 200: z.array(RoomView) } } }, () =>
    view.rooms(),
  );

  app.get(
    "/rooms/:site/:room",
    { schema: { tags: ["rooms"], summary: "Everything about a room", params: Where, response: { 200: RoomDetail } } },
    (request, reply) => {
      const plan = planOf(request.params.site, request.params.room);
      tellRevision(reply, plan.revision);
      return detailOf(plan);
    },
  );

  app.put(
    "/rooms/:site/:room",
    {
      schema: {
        tags: ["rooms"],
        summary: "Write a room's card; with If-Match only if nobody has changed it meanwhile",
        params: Where,
        body: RoomCard,
        response: { 200: RoomDetail },
      },
    },
    async (request, reply) => {
      const { site, room } = request.params;
      checkCard(request.body);
      const record = await store.rooms.put(site, room, request.body, revisionWanted(request));
      await store.audit.add({
        actor: actorOf(principalOf(request)),
        action: "room.put",
        subject: record.key,
        detail: { revision: record.revision },
        address: request.ip,
      });
      await planner.changed([record.key]);
      tellRevision(reply, record.revision);
      return detailOf(planOf(site, room));
    },
  );

  app.delete(
    "/rooms/:site/:room",
    { schema: { tags: ["rooms"], summary: "Take a room out of service", params: Where, response: { 204: z.void() } } },
    async (request, reply) => {
      const { site, room } = request.params;
      const { key } = planOf(site, room);
      await store.rooms.remove(site, room);
      await store.audit.add({
        actor: actorOf(principalOf(request)),
        action: "room.remove",
        subject: key,
        address: request.ip,
      });
      await planner.changed([key]);
      return reply.code(204).send();
    },
  );

  app.get(
    "/rooms/:site/:room/history",
    {
      schema: {
        tags: ["rooms"],
        summary: "What was measured in a room; the last 24 h unless from and to say otherwise",
        params: Where,
        querystring: HistoryQuery,
        response: { 200: HistoryAnswer },
      },
    },
    async (request) => {
      const { site, room } = request.params;
      const { query } = request;
      const { key } = planOf(site, room);
      const to = query.to === undefined ? clock.now() : instant(Date.parse(query.to));
      const from = query.from === undefined ? instant(to - hours(24)) : instant(Date.parse(query.from));
      if (from >= to) throw new InputFaults([{ where: "query from", why: "must be before to" }]);
      if (to - from > LONGEST_SPAN)
        throw new InputFaults([{ where: "query from", why: "is more than 400 days before to" }]);
      const wanted = query.metrics?.split(",").map((name) => name.trim());
      const unknown = wanted?.filter((name) => !metrics.has(name)) ?? [];
      if (unknown.length > 0)
        throw new InputFaults(unknown.map((name) => ({ where: "query metrics", why: `"${name}" is not a metric` })));
      const series = await history.query({
        site,
        room,
        from,
        to,
        maxPoints: query.points ?? 500,
        ...given({ metrics: wanted, device: query.device }),
      });
      return { room: key, from: rfc3339(from), to: rfc3339(to), series };
    },
  );
}

function checkCard(card: RoomCard): void {
  const faults: { where: string; why: string }[] = [];
  if (!isZone(card.zone)) faults.push({ where: "zone", why: `"${card.zone}" is not an IANA time zone` });
  const seen = new Set<string>();
  for (const [index, { device }] of card.devices.entries()) {
    if (seen.has(device)) faults.push({ where: `devices.${index}.device`, why: `"${device}" stands twice` });
    seen.add(device);
  }
  if (faults.length > 0) throw new InputFaults(faults);
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

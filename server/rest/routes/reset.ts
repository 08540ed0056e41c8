import { z } from "zod";
import { GreenroomError } from "#contract/errors.ts";
import { Id, PANEL_DEVICE, roomKey } from "#contract/ids.ts";
import { At } from "#contract/messages/common.ts";
import { rfc3339 } from "#contract/units.ts";
import { encode, topicOf, wire } from "#contract/wire.ts";
import { actorOf } from "../../people/principal.ts";
import type { App, Context } from "../context.ts";
import { principalOf } from "./session.ts";

const Where = z.object({ site: Id, room: Id });

/**
 * "The room is reset", pressed on its panel or by facilities. The panel has no agent, so the server says its reading for it:
 * stored like any other, then on the wire for the gateway, and noted with who pressed.
 */
export function resetRoutes(app: App, { store, planner, clock, bus, record }: Context): void {
  app.post(
    "/rooms/:site/:room/reset",
    {
      schema: {
        tags: ["rooms"],
        summary: "Say that a room has been reset (cleaned, set up) just now",
        params: Where,
        response: { 202: z.object({ at: At }) },
      },
    },
    async (request, reply) => {
      const { site, room } = request.params;
      const key = roomKey(site, room);
      if (!planner.plans.has(key)) throw new GreenroomError("NOT_FOUND", `there is no room ${key}`);
      const at = rfc3339(clock.now());
      const topic = topicOf("reading", { site, room, device: PANEL_DEVICE });
      const text = encode("reading", { at, metrics: { reset_pressed: true } });
      await record?.({ topic, payload: new TextEncoder().encode(text) });
      await bus.publish(topic, text, { qos: wire.reading.qos });
      await store.audit.add({
        actor: actorOf(principalOf(request)),
        action: "room.reset",
        subject: key,
        detail: { at },
        address: request.ip,
      });
      return reply.code(202).send({ at });
    },
  );
}

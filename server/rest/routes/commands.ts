import { z } from "zod";
import { CommandInput, CommandView } from "#contract/api/commands.ts";
import { Id } from "#contract/ids.ts";
import { actorOf } from "../../people/principal.ts";
import type { App, Context } from "../context.ts";
import { principalOf } from "./session.ts";

const Where = z.object({ site: Id, room: Id, device: Id });
const One = z.object({ site: Id, room: Id, id: z.string().min(1).max(64) });

/** Facilities have a device switched on or off, its input chosen, or tried out; and hear what became of it. */
export function commandRoutes(app: App, { commands }: Context): void {
  app.post(
    "/rooms/:site/:room/devices/:device/command",
    {
      schema: {
        tags: ["rooms"],
        summary: "Have a device do something, where its room's card allows it; ask with the id what became of it",
        params: Where,
        body: CommandInput,
        response: { 202: CommandView },
      },
    },
    async (request, reply) => {
      const me = principalOf(request);
      const who = { by: me.name, actor: actorOf(me), address: request.ip };
      const view = await commands.give({ ...request.body, ...request.params, ...who });
      return reply.code(202).send(view);
    },
  );

  app.get(
    "/rooms/:site/:room/commands/:id",
    { schema: { tags: ["rooms"], summary: "What became of a command", params: One, response: { 200: CommandView } } },
    ({ params }) => commands.view(params.site, params.room, params.id),
  );
}

import { z } from "zod";
import { WhatIfInput, WhatIfView } from "#contract/api/what-if.ts";
import { GreenroomError } from "#contract/errors.ts";
import type { WhatIfDesk } from "../../evidence/what-if-desk.ts";
import type { App, Context } from "../context.ts";
import { principalOf } from "./session.ts";

const One = z.object({ id: z.string().min(1).max(64) });

/** What would have been told in a span of the past by today's rules, beside what was told: asked, then looked at until it is there. */
export function whatIfRoutes(app: App, { whatIf }: Context): void {
  const desk = (): WhatIfDesk => {
    if (whatIf === undefined) throw new GreenroomError("NOT_FOUND", "this server cannot look at the past");
    return whatIf;
  };

  app.post(
    "/what-if",
    {
      schema: {
        tags: ["figures"],
        summary: "Run a span of the past, 7 days at most, through today's rules; ask with the id what came out",
        body: WhatIfInput,
        response: { 202: WhatIfView },
      },
    },
    async (request, reply) => reply.code(202).send(desk().start(request.body, principalOf(request).name)),
  );

  app.get(
    "/what-if",
    {
      schema: {
        tags: ["figures"],
        summary: "The latest looks at the past, newest first, without what came out",
        response: { 200: z.array(WhatIfView) },
      },
    },
    () => desk().list(),
  );

  app.get(
    "/what-if/:id",
    {
      schema: {
        tags: ["figures"],
        summary: "How far a look at the past is, and what came out",
        params: One,
        response: { 200: WhatIfView },
      },
    },
    ({ params }) => desk().view(params.id),
  );

  app.delete(
    "/what-if/:id",
    {
      schema: {
        tags: ["figures"],
        summary: "Call off a look at the past, or forget it",
        params: One,
        response: { 204: z.void() },
      },
    },
    async ({ params }, reply) => {
      desk().cancel(params.id);
      return reply.code(204).send();
    },
  );
}

import { z } from "zod";
import { TokenCreated, TokenInput, TokenView } from "#contract/api/admin.ts";
import { GreenroomError } from "#contract/errors.ts";
import { hours, instant, rfc3339 } from "#contract/units.ts";
import { createApiToken } from "../../people/api-tokens.ts";
import { actorOf } from "../../people/principal.ts";
import { given } from "../../store/present.ts";
import type { App, Context } from "../context.ts";
import { principalOf } from "./session.ts";

const One = z.object({ id: z.string().min(1).max(64) });

/** API tokens of programs. */
export function tokenRoutes(app: App, { store, clock }: Context): void {
  const time = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : rfc3339(instant(ms)));

  app.get(
    "/tokens",
    { schema: { tags: ["people"], summary: "API tokens that are good", response: { 200: z.array(TokenView) } } },
    async () =>
      (await store.apiTokens.all()).map(({ id, name, role, created_ms, expires_ms, used_ms }) => ({
        id,
        name,
        role,
        created_at: rfc3339(instant(created_ms)),
        ...given({ expires_at: time(expires_ms), used_at: time(used_ms) }),
      })),
  );

  app.post(
    "/tokens",
    {
      schema: {
        tags: ["people"],
        summary: "Make an API token; it is shown once",
        body: TokenInput,
        response: { 201: TokenCreated },
      },
    },
    async (request, reply) => {
      const { name, role, days } = request.body;
      const life = days === undefined ? {} : { life: hours(24 * days) };
      const token = await createApiToken(store, { name, role, by: actorOf(principalOf(request)), ...life });
      return reply.code(201).send({ token });
    },
  );

  app.delete(
    "/tokens/:id",
    { schema: { tags: ["people"], summary: "End an API token", params: One, response: { 204: z.void() } } },
    async (request, reply) => {
      const { id } = request.params;
      if (!(await store.apiTokens.revoke(id, clock.now())))
        throw new GreenroomError("NOT_FOUND", `there is no token ${id}`);
      const actor = actorOf(principalOf(request));
      await store.audit.add({ actor, action: "token.revoke", subject: id, address: request.ip });
      return reply.code(204).send();
    },
  );
}

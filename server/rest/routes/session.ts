import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { Me, SignIn, SignInLink } from "#contract/api/requests.ts";
import { GreenroomError } from "#contract/errors.ts";
import { hashPassword, isPassword, SHORTEST_PASSWORD } from "../../people/passwords.ts";
import { actorOf, type Principal } from "../../people/principal.ts";
import type { App, Context } from "../context.ts";
import { clearSessionCookie, setSessionCookie } from "../session-cookie.ts";
import { signInWithLink } from "../sign-in-page.ts";

/** Of a route that the gate lets nobody pass who is not signed in. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new GreenroomError("SIGNED_OUT", "sign in first");
  return request.principal;
}

const PasswordInput = z.object({
  current: z.string().max(1_024).optional(),
  password: z.string().min(SHORTEST_PASSWORD).max(1_024),
});

/** Signing in and out, and who is signed in. */
export function sessionRoutes(app: App, context: Context): void {
  const { store, signIn, sessions, publicUrl } = context;

  app.post(
    "/session",
    { schema: { tags: ["session"], summary: "Sign in", body: SignIn, response: { 204: z.void() } } },
    async (request, reply) => {
      const person = await signIn.withPassword(request.body.email, request.body.password, request.ip);
      const session = await sessions.start(person, request.ip);
      // A sign-in begins a new session, so that one that was planted before is worth nothing.
      const before = request.principal?.session?.id;
      if (before !== undefined) await sessions.end(before);
      setSessionCookie(request, reply, { token: session.token, role: person.role }, publicUrl);
      return reply.code(204).send();
    },
  );

  app.post(
    "/session/link",
    {
      schema: {
        tags: ["session"],
        summary: "Sign in with a one-time link",
        body: SignInLink,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await signInWithLink(request, reply, context, request.body.token);
      return reply.code(204).send();
    },
  );

  app.delete(
    "/session",
    { schema: { tags: ["session"], summary: "Sign out", response: { 204: z.void() } } },
    async (request, reply) => {
      const { session } = principalOf(request);
      if (session !== undefined) await sessions.end(session.id);
      clearSessionCookie(reply);
      return reply.code(204).send();
    },
  );

  app.get("/me", { schema: { tags: ["session"], summary: "Who is signed in", response: { 200: Me } } }, (request) => {
    const { id, name, email, role, session } = principalOf(request);
    return { id, name, email, role, csrf: session?.csrf ?? "" };
  });

  app.put(
    "/me/password",
    {
      schema: {
        tags: ["session"],
        summary: "Set one's own password",
        body: PasswordInput,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      const me = principalOf(request);
      const person = me.kind === "person" ? await store.people.get(me.id) : undefined;
      if (person === undefined) throw new GreenroomError("NOT_ALLOWED", "a token has no password");
      const { current, password } = request.body;
      if (person.password_hash !== undefined && !(await isPassword(current ?? "", person.password_hash)))
        throw new GreenroomError("NOT_ALLOWED", "the current password is wrong");
      await store.people.change(person.id, { password_hash: await hashPassword(password) });
      await store.sessions.removeOf(person.id);
      const session = await sessions.start(person, request.ip);
      setSessionCookie(request, reply, { token: session.token, role: person.role }, publicUrl);
      await store.audit.add({ actor: actorOf(me), action: "password.change", subject: person.id, address: request.ip });
      return reply.code(204).send();
    },
  );
}

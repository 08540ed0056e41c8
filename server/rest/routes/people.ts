import { z } from "zod";
import { AuditView, PersonChange, PersonInput, PersonView, SignInLinkCreated } from "#contract/api/admin.ts";
import { GreenroomError } from "#contract/errors.ts";
import { At } from "#contract/messages/common.ts";
import { hours, instant, later, rfc3339 } from "#contract/units.ts";
import { hashPassword } from "../../people/passwords.ts";
import { actorOf } from "../../people/principal.ts";
import { createSignInLink } from "../../people/sign-in-link.ts";
import type { PersonRecord } from "../../store/people.ts";
import { given } from "../../store/present.ts";
import type { App, Context } from "../context.ts";
import { revisionWanted, tellRevision } from "../revision.ts";
import { principalOf } from "./session.ts";

const One = z.object({ id: z.string().min(1).max(64) });
const AuditQuery = z.object({ before: At.optional(), limit: z.coerce.number().int().min(1).max(1_000).optional() });
const LINK_LIFE = hours(24);

/** Accounts, and the log of who did what. */
export function peopleRoutes(app: App, { store, clock, publicUrl }: Context): void {
  const find = async (id: string): Promise<PersonRecord> => {
    const person = await store.people.get(id);
    if (person === undefined) throw new GreenroomError("NOT_FOUND", `there is no person ${id}`);
    return person;
  };

  app.get(
    "/people",
    { schema: { tags: ["people"], summary: "Everybody who has an account", response: { 200: z.array(PersonView) } } },
    async () => (await store.people.all()).map(personView),
  );

  app.post(
    "/people",
    { schema: { tags: ["people"], summary: "Add a person", body: PersonInput, response: { 201: PersonView } } },
    async (request, reply) => {
      const { password, ...person } = request.body;
      const hash = password === undefined ? {} : { password_hash: await hashPassword(password) };
      const record = await store.people.add({ ...person, ...hash });
      await store.audit.add({
        actor: actorOf(principalOf(request)),
        action: "person.add",
        subject: record.id,
        detail: { role: record.role },
        address: request.ip,
      });
      tellRevision(reply, record.revision);
      return reply.code(201).send(personView(record));
    },
  );

  app.patch(
    "/people/:id",
    {
      schema: {
        tags: ["people"],
        summary: "Change a person: name, address, role, password, or whether they may sign in",
        params: One,
        body: PersonChange,
        response: { 200: PersonView },
      },
    },
    async (request, reply) => {
      const me = principalOf(request);
      const before = await find(request.params.id);
      const { password, disabled, name, email, role } = request.body;
      if (before.id === me.id && (disabled === true || (role !== undefined && role !== "admin")))
        throw new GreenroomError("CONFLICT", "nobody can take their own administrator's role: ask another one");
      const hash = password === undefined ? undefined : await hashPassword(password);
      const disabled_ms = disabled === undefined ? undefined : disabled ? clock.now() : null;
      const change = given({ name, email, role, password_hash: hash, disabled_ms });
      const record = await store.people.change(before.id, change, revisionWanted(request));
      // Whoever had a session keeps none that was opened with what is no longer so.
      if (password !== undefined || disabled === true || (role !== undefined && role !== before.role)) {
        await store.sessions.removeOf(record.id);
        await store.signInLinks.removeOf(record.id);
      }
      await store.audit.add({
        actor: actorOf(me),
        action: "person.change",
        subject: record.id,
        detail: { ...given({ name, email, role, disabled }), ...(password === undefined ? {} : { password: "new" }) },
        address: request.ip,
      });
      tellRevision(reply, record.revision);
      return personView(record);
    },
  );

  app.post(
    "/people/:id/link",
    {
      schema: {
        tags: ["people"],
        summary: "Make a one-time sign-in link for a person",
        params: One,
        response: { 201: SignInLinkCreated },
      },
    },
    async (request, reply) => {
      const person = await find(request.params.id);
      if (person.disabled_ms !== undefined) throw new GreenroomError("CONFLICT", `${person.name} may not sign in`);
      const path = await createSignInLink(store, { person: person.id, life: LINK_LIFE });
      const actor = actorOf(principalOf(request));
      await store.audit.add({ actor, action: "sign-in-link.add", subject: person.id, address: request.ip });
      const origin = publicUrl?.origin ?? `${request.protocol}://${request.host}`;
      return reply.code(201).send({ url: `${origin}${path}`, expires_at: rfc3339(later(clock.now(), LINK_LIFE)) });
    },
  );

  app.get(
    "/audit",
    {
      schema: {
        tags: ["people"],
        summary: "Who did what, newest first",
        querystring: AuditQuery,
        response: { 200: z.array(AuditView) },
      },
    },
    async ({ query }) => {
      const beforeMs = query.before === undefined ? undefined : Date.parse(query.before);
      const [entries, people] = await Promise.all([
        store.audit.recent({ limit: query.limit ?? 200, ...given({ beforeMs }) }),
        store.people.all(),
      ]);
      const names = new Map(people.map((person) => [person.id, person.name]));
      return entries.map(({ id, at_ms, actor, action, subject, detail, address }) => ({
        id,
        at: rfc3339(instant(at_ms)),
        actor,
        ...given({ name: names.get(actor) }),
        action,
        subject,
        detail: { ...detail },
        address,
      }));
    },
  );
}

const personView = (person: PersonRecord): PersonView => ({
  id: person.id,
  name: person.name,
  email: person.email,
  role: person.role,
  disabled: person.disabled_ms !== undefined,
  has_password: person.password_hash !== undefined,
  created_at: rfc3339(instant(person.created_ms)),
  revision: person.revision,
});

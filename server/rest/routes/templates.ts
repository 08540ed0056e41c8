import { z } from "zod";
import { TemplateInput, TemplateView } from "#contract/api/templates.ts";
import { GreenroomError } from "#contract/errors.ts";
import { Id } from "#contract/ids.ts";
import { actorOf, type Principal } from "../../people/principal.ts";
import { given } from "../../store/present.ts";
import type { TemplateDraft, TemplateRecord } from "../../store/templates.ts";
import type { App, Context } from "../context.ts";
import { revisionWanted, tellRevision } from "../revision.ts";
import { principalOf } from "./session.ts";

const One = z.object({ id: Id });

/** Named sets of needs. A change of one changes every coming visit that uses it, where the visit says nothing else itself. */
export function templateRoutes(app: App, { store, planner }: Context): void {
  const find = async (id: string): Promise<TemplateRecord> => {
    const template = await store.templates.get(id);
    if (template === undefined) throw new GreenroomError("NOT_FOUND", `there is no template ${id}`);
    return template;
  };
  const findMine = async (id: string, me: Principal): Promise<TemplateRecord> => {
    const template = await find(id);
    if (!mayChange(template, me))
      throw new GreenroomError("NOT_ALLOWED", "this template is facilities' or somebody else's");
    return template;
  };
  const audit = (me: Principal, action: string, subject: string, address: string): Promise<void> =>
    store.audit.add({ actor: actorOf(me), action, subject, address });
  const shown = async (template: TemplateRecord, me: Principal): Promise<TemplateView> =>
    templateView(template, me, (await store.demos.comingByTemplate()).get(template.id) ?? 0);

  app.get(
    "/templates",
    { schema: { tags: ["demos"], summary: "Templates of needs", response: { 200: z.array(TemplateView) } } },
    async (request) => {
      const me = principalOf(request);
      const [all, uses] = await Promise.all([store.templates.all(), store.demos.comingByTemplate()]);
      return all.map((template) => templateView(template, me, uses.get(template.id) ?? 0));
    },
  );

  app.post(
    "/templates",
    {
      schema: {
        tags: ["demos"],
        summary: "Make a template; its id comes from its name",
        body: TemplateInput,
        response: { 201: TemplateView },
      },
    },
    async (request, reply) => {
      const me = principalOf(request);
      const draft = draftOf(request.body, me);
      const template = await store.transaction((tx) => tx.templates.add(draft, actorOf(me)));
      await audit(me, "template.add", template.id, request.ip);
      tellRevision(reply, template.revision);
      return reply.code(201).send(await shown(template, me));
    },
  );

  app.put(
    "/templates/:id",
    {
      schema: {
        tags: ["demos"],
        summary:
          "Change a template, and by it the visits that use it; with If-Match only if nobody has changed it meanwhile",
        params: One,
        body: TemplateInput,
        response: { 200: TemplateView },
      },
    },
    async (request, reply) => {
      const me = principalOf(request);
      const before = await findMine(request.params.id, me);
      const draft = draftOf(request.body, me, before);
      const template = await store.transaction((tx) => tx.templates.put(before.id, draft, revisionWanted(request)));
      await audit(me, "template.put", template.id, request.ip);
      await planner.changed(roomsWith(template.id));
      tellRevision(reply, template.revision);
      return shown(template, me);
    },
  );

  app.delete(
    "/templates/:id",
    {
      schema: {
        tags: ["demos"],
        summary: "Remove a template that no coming visit uses",
        params: One,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      const me = principalOf(request);
      const { id, name } = await findMine(request.params.id, me);
      const uses = (await store.demos.comingByTemplate()).get(id) ?? 0;
      if (uses > 0)
        throw new GreenroomError(
          "CONFLICT",
          `${uses === 1 ? "1 coming visit uses" : `${uses} coming visits use`} ${name}: give ${uses === 1 ? "it" : "them"} another template first`,
        );
      await store.templates.remove(id);
      await audit(me, "template.remove", id, request.ip);
      return reply.code(204).send();
    },
  );

  const roomsWith = (template: string): string[] =>
    [...planner.plans.values()]
      .filter((plan) => plan.demos.some((demo) => demo.template === template))
      .map((plan) => plan.key);
}

/** Sales make templates of their own; those of others are facilities' to change. */
const mayChange = (template: TemplateRecord, me: Principal): boolean =>
  me.role !== "sales" || template.created_by === actorOf(me);

/** Which one is the default concerns everybody, so only facilities decide it. */
function draftOf(input: TemplateInput, me: Principal, before?: TemplateRecord): TemplateDraft {
  const { name, needs, target, words = [], is_default = before?.is_default ?? false } = input;
  if (me.role === "sales" && is_default !== (before?.is_default ?? false))
    throw new GreenroomError("NOT_ALLOWED", "which template is the default is for facilities to say");
  return { name, needs, words, is_default, ...given({ target }) };
}

const templateView = (template: TemplateRecord, me: Principal, visits: number): TemplateView => {
  const { created_by: _, ...told } = template;
  return { ...told, words: [...template.words], visits, editable: mayChange(template, me) };
};

import { z } from "zod";
import { AgentCreated, AgentInput, AgentView, RejectedView } from "#contract/api/requests.ts";
import { GreenroomError } from "#contract/errors.ts";
import { Id, parseRoomKey } from "#contract/ids.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import { panelTopics } from "../../people/panel-topics.ts";
import type { AgentKey } from "../../people/agent-keys.ts";
import { actorOf } from "../../people/principal.ts";
import { InputFaults } from "../../planning/input-faults.ts";
import { given } from "../../store/present.ts";
import type { App, Context } from "../context.ts";
import { principalOf } from "./session.ts";

const One = z.object({ agent: Id });
const RejectedQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).optional(),
  /** The id of the last one that the caller has. */
  before: z.coerce.number().int().min(1).optional(),
});

/** Edge agents with their keys and states, and the messages that were refused. */
export function agentRoutes(app: App, { wire, agentKeys, planner, rejected }: Context): void {
  const time = (ms: number): string => rfc3339(instant(ms));
  const agentView = (key: AgentKey): AgentView => {
    const { agent, role, rooms, topics, created_ms, seen_ms, certificate, code_until_ms } = key;
    const sites = new Set(rooms.map((room) => parseRoomKey(room).site));
    // A key of vendor gear has no rooms: its subscription map of the same name speaks for it, wherever that is.
    const said =
      rooms.length > 0
        ? [...sites].map((site) => wire.agent(site, agent))
        : [...wire.agents].filter(([key]) => key.endsWith(`/${agent}`)).map(([, one]) => one);
    const state = said.find((one) => one !== undefined);
    return {
      agent,
      rooms: [...rooms],
      ...(role !== "agent" && { role, topics: [...topics] }),
      state: state?.state ?? "never",
      created_at: time(created_ms),
      devices: state?.devices?.length ?? 0,
      ...given({ since: state?.at, waiting: state?.outbox?.waiting, dropped: state?.outbox?.dropped }),
      ...(seen_ms !== undefined && { seen_at: time(seen_ms) }),
      ...(code_until_ms !== undefined && { code_until: time(code_until_ms) }),
      ...(certificate !== undefined && {
        certificate: {
          serial: certificate.serial,
          issued_at: time(certificate.issued_ms),
          expires_at: time(certificate.expires_ms),
        },
      }),
    };
  };

  app.get(
    "/agents",
    { schema: { tags: ["agents"], summary: "Agents that have a key", response: { 200: z.array(AgentView) } } },
    async () => (await agentKeys.list()).map(agentView),
  );

  app.post(
    "/agents",
    {
      schema: {
        tags: ["agents"],
        summary: "Give an agent, or a panel that only reads, a key; it is shown once, and ends an earlier one",
        body: AgentInput,
        response: { 201: AgentCreated },
      },
    },
    async (request, reply) => {
      const { agent, rooms, reads } = request.body;
      const unknown = (rooms ?? []).filter((room) => !planner.plans.has(room));
      if (unknown.length > 0)
        throw new InputFaults(unknown.map((room) => ({ where: "rooms", why: `there is no room ${room}` })));
      const by = actorOf(principalOf(request));
      const key =
        reads === undefined
          ? await agentKeys.create(agent, rooms ?? [], by)
          : await agentKeys.createFor("panel", agent, panelTopics(reads, given({ rooms })), by);
      return reply.code(201).send({ agent, key });
    },
  );

  app.delete(
    "/agents/:agent",
    {
      schema: {
        tags: ["agents"],
        summary: "End an agent's key; its connection is closed",
        params: One,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      const { agent } = request.params;
      if (!(await agentKeys.revoke(agent, actorOf(principalOf(request)))))
        throw new GreenroomError("NOT_FOUND", `there is no agent ${agent}`);
      return reply.code(204).send();
    },
  );

  app.get(
    "/rejected",
    {
      schema: {
        tags: ["system"],
        summary: "Messages that were refused, newest first",
        querystring: RejectedQuery,
        response: { 200: z.array(RejectedView) },
      },
    },
    ({ query }) => rejected.list({ limit: query.limit ?? 100, ...given({ before: query.before }) }),
  );
}

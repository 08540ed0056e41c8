import { useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import type { Invite } from "#contract/api/enrolment.ts";
import type { AgentView } from "#contract/api/requests.ts";
import { get, post, remove } from "./http.ts";
import { useChange } from "./use-change.ts";

/** The edge programs that speak for the gear. */
export const useAgents = (): UseQueryResult<AgentView[], Error> =>
  useQuery({ queryKey: ["agents"], queryFn: () => get<AgentView[]>("agents"), refetchInterval: 15_000 });

export interface NewAgent {
  agent: string;
  rooms: string[];
}
/** The key comes back once and is never shown again. */
export interface AgentKey {
  agent: string;
  key: string;
}

export const useAddAgent = (): UseMutationResult<AgentKey, Error, NewAgent> =>
  useChange(["agents"], (input) => post("agents", input));

/** A one-time code by which an agent gets a key of its own; shown once. */
export const useInviteAgent = (): UseMutationResult<Invite, Error, NewAgent> =>
  useChange(["agents"], ({ agent, rooms }) =>
    post("agents/invite", { agent, rooms, site: (rooms[0] ?? "").split("/")[0] ?? "" }),
  );

export const useRevokeAgent = (): UseMutationResult<unknown, Error, string> =>
  useChange(["agents"], (agent) => remove(`agents/${encodeURIComponent(agent)}`));

import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import type { AgentView } from "#contract/api/requests.ts";
import { get, post, remove } from "./http.ts";

/** The edge programs that speak for the gear. */
const key = ["agents"];

export const useAgents = (): UseQueryResult<AgentView[], Error> =>
  useQuery({ queryKey: key, queryFn: () => get<AgentView[]>("agents"), refetchInterval: 15_000 });

export interface NewAgent {
  agent: string;
  rooms: string[];
}
/** The key comes back once and is never shown again. */
export interface AgentKey {
  agent: string;
  key: string;
}

export function useAddAgent(): UseMutationResult<AgentKey, Error, NewAgent> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: NewAgent) => post<AgentKey>("agents", input),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

export function useRevokeAgent(): UseMutationResult<unknown, Error, string> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (agent: string) => remove(`agents/${encodeURIComponent(agent)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

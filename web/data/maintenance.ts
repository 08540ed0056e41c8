import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import type { MaintenanceView } from "#contract/api/admin.ts";
import type { MaintenanceInput } from "#contract/api/requests.ts";
import { get, post, remove } from "./http.ts";

/** The windows in which rooms are worked on. */
const key = ["maintenance"];

export const useMaintenance = (): UseQueryResult<MaintenanceView[], Error> =>
  useQuery({ queryKey: key, queryFn: () => get<MaintenanceView[]>("maintenance"), staleTime: 60_000 });

export function useAddMaintenance(): UseMutationResult<unknown, Error, MaintenanceInput> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: MaintenanceInput) => post("maintenance", input),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

export function useRemoveMaintenance(): UseMutationResult<unknown, Error, string> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => remove(`maintenance/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

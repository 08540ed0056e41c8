import { useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import type { MaintenanceView } from "#contract/api/admin.ts";
import type { MaintenanceInput } from "#contract/api/requests.ts";
import { get, post, remove } from "./http.ts";
import { useChange } from "./use-change.ts";

/** The windows in which rooms are worked on. */
export const useMaintenance = (): UseQueryResult<MaintenanceView[], Error> =>
  useQuery({ queryKey: ["maintenance"], queryFn: () => get<MaintenanceView[]>("maintenance"), staleTime: 60_000 });

export const useAddMaintenance = (): UseMutationResult<unknown, Error, MaintenanceInput> =>
  useChange(["maintenance"], (input) => post("maintenance", input));

export const useRemoveMaintenance = (): UseMutationResult<unknown, Error, string> =>
  useChange(["maintenance"], (id) => remove(`maintenance/${encodeURIComponent(id)}`));

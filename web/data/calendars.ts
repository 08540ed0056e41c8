import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import type { CalendarSaved, CalendarView } from "#contract/api/admin.ts";
import type { CalendarInput } from "#contract/api/requests.ts";
import { get, post, put, remove } from "./http.ts";

/** The calendars that are read for visits. */
const key = ["calendars"];

export const useCalendars = (): UseQueryResult<CalendarView[], Error> =>
  useQuery({ queryKey: key, queryFn: () => get<CalendarView[]>("calendars"), refetchInterval: 60_000 });

export function useSaveCalendar(): UseMutationResult<CalendarSaved, Error, CalendarInput> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: CalendarInput) => put<CalendarSaved>(`calendars/${encodeURIComponent(input.name)}`, input),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

/** Reads it again now. */
export function useRefreshCalendar(): UseMutationResult<unknown, Error, string> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => post(`calendars/${encodeURIComponent(name)}/refresh`),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
}

export function useRemoveCalendar(): UseMutationResult<unknown, Error, string> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => remove(`calendars/${encodeURIComponent(name)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

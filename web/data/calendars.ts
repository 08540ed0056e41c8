import { useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import type { CalendarSaved, CalendarView } from "#contract/api/admin.ts";
import type { CalendarInput } from "#contract/api/requests.ts";
import { get, post, put, remove } from "./http.ts";
import { useChange } from "./use-change.ts";

/** The calendars that are read for visits. */
export const useCalendars = (): UseQueryResult<CalendarView[], Error> =>
  useQuery({ queryKey: ["calendars"], queryFn: () => get<CalendarView[]>("calendars"), refetchInterval: 60_000 });

export const useSaveCalendar = (): UseMutationResult<CalendarSaved, Error, CalendarInput> =>
  useChange(["calendars"], (input) => put(`calendars/${encodeURIComponent(input.name)}`, input));

/** Reads it again now. */
export const useRefreshCalendar = (): UseMutationResult<unknown, Error, string> =>
  useChange(["calendars"], (name) => post(`calendars/${encodeURIComponent(name)}/refresh`));

export const useRemoveCalendar = (): UseMutationResult<unknown, Error, string> =>
  useChange(["calendars"], (name) => remove(`calendars/${encodeURIComponent(name)}`));

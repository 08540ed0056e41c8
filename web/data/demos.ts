import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import type { DemoInput, DemoMoved, ImportReport } from "#contract/api/requests.ts";
import type { DemoChange } from "#contract/api/templates.ts";
import type { DemoView } from "#contract/api/views.ts";
import { get, patch, post, postText, remove } from "./http.ts";

interface DemosAsked {
  from: number;
  to: number;
  room?: string;
  mine?: boolean;
}

/** Visits of a span, also those that the live feed no longer or not yet tells. */
export function useDemosWithin({ from, to, room, mine }: DemosAsked): UseQueryResult<DemoView[], Error> {
  const query = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  if (room !== undefined) query.set("room", room);
  if (mine === true) query.set("mine", "true");
  const text = query.toString();
  return useQuery({
    queryKey: ["demos", text],
    queryFn: () => get<DemoView[]>(`demos?${text}`),
    staleTime: 60_000,
    // The span moves on with the hour: what is open on screen stays meanwhile.
    placeholderData: keepPreviousData,
  });
}

export function useAddDemo(): UseMutationResult<DemoView, Error, DemoInput> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: DemoInput) => post<DemoView>("demos", input),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["demos"] }),
  });
}

export function useRemoveDemo(): UseMutationResult<unknown, Error, string> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => remove(`demos/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["demos"] }),
  });
}

/** Reads visits from a CSV file; what cannot be read is named by its line, the rest is taken. */
export function useImportDemos(): UseMutationResult<ImportReport, Error, string> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (csv: string) => postText<ImportReport>("demos/import", csv, "text/csv"),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["demos"] }),
  });
}

/**
 * Puts a visit into another room; refused when that one is taken. `onMoved` is told also when the place that asked is gone by
 * then: the feed may be quicker than the answer, and what offered the room goes with the alert.
 */
export function useMoveDemo(onMoved?: () => void): UseMutationResult<DemoMoved, Error, { id: string; room: string }> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, room }) => post<DemoMoved>(`demos/${encodeURIComponent(id)}/move`, { room }),
    onSuccess: () => {
      onMoved?.();
      return queries.invalidateQueries({ queryKey: ["demos"] });
    },
  });
}

/** Changes what a visit needs, and leaves the rest of it as it is. */
export function useChangeDemo(): UseMutationResult<DemoView, Error, { id: string; change: DemoChange }> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }) => patch<DemoView>(`demos/${encodeURIComponent(id)}`, change),
    onSuccess: () => Promise.all(["demos", "templates"].map((name) => queries.invalidateQueries({ queryKey: [name] }))),
  });
}

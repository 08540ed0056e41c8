import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import type { TemplateInput, TemplateView } from "#contract/api/templates.ts";
import { get, post, put, remove } from "./http.ts";

/** Named sets of needs. */
export const useTemplates = (): UseQueryResult<TemplateView[], Error> =>
  useQuery({ queryKey: ["templates"], queryFn: () => get<TemplateView[]>("templates"), staleTime: 60_000 });

/** Makes a template, or changes the one of that id; visits that use it change with it. */
export function useSaveTemplate(): UseMutationResult<TemplateView, Error, { id?: string; input: TemplateInput }> {
  const changed = useChanged();
  return useMutation({
    mutationFn: ({ id, input }) =>
      id === undefined ? post<TemplateView>("templates", input) : put<TemplateView>(`templates/${id}`, input),
    onSuccess: changed,
  });
}

export function useRemoveTemplate(): UseMutationResult<unknown, Error, string> {
  const changed = useChanged();
  return useMutation({ mutationFn: (id: string) => remove(`templates/${id}`), onSuccess: changed });
}

function useChanged(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () => Promise.all(["templates", "demos"].map((name) => queries.invalidateQueries({ queryKey: [name] })));
}

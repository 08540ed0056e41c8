import { useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import type { TemplateInput, TemplateView } from "#contract/api/templates.ts";
import { get, post, put, remove } from "./http.ts";
import { useChange } from "./use-change.ts";

/** Named sets of needs. */
export const useTemplates = (): UseQueryResult<TemplateView[], Error> =>
  useQuery({ queryKey: ["templates"], queryFn: () => get<TemplateView[]>("templates"), staleTime: 60_000 });

/** Makes a template, or changes the one of that id; visits that use it change with it. */
export const useSaveTemplate = (): UseMutationResult<TemplateView, Error, { id?: string; input: TemplateInput }> =>
  useChange(["templates", "demos"], ({ id, input }) =>
    id === undefined ? post("templates", input) : put(`templates/${id}`, input),
  );

export const useRemoveTemplate = (): UseMutationResult<unknown, Error, string> =>
  useChange(["templates", "demos"], (id) => remove(`templates/${id}`));

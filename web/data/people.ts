import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import type { PersonInput, PersonView } from "#contract/api/admin.ts";
import { get, patch, post } from "./http.ts";

/** People with an account. */
const key = ["people"];

export const usePeople = (enabled = true): UseQueryResult<PersonView[], Error> =>
  useQuery({ queryKey: key, queryFn: () => get<PersonView[]>("people"), staleTime: 60_000, enabled });

export function useAddPerson(): UseMutationResult<PersonView, Error, PersonInput> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: PersonInput) => post<PersonView>("people", input),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

export function useDisablePerson(): UseMutationResult<unknown, Error, { id: string; disabled: boolean }> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, disabled }) => patch(`people/${encodeURIComponent(id)}`, { disabled }),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

/** Makes a one-time link; whoever opens it is signed in as that person. */
export const useSignInLink = (): UseMutationResult<{ url: string; expires_at: string }, Error, string> =>
  useMutation({ mutationFn: (id: string) => post(`people/${encodeURIComponent(id)}/link`) });

import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import type { PersonInput, PersonView } from "#contract/api/admin.ts";
import { get, patch, post } from "./http.ts";
import { useChange } from "./use-change.ts";

/** People with an account. */
export const usePeople = (enabled = true): UseQueryResult<PersonView[], Error> =>
  useQuery({ queryKey: ["people"], queryFn: () => get<PersonView[]>("people"), staleTime: 60_000, enabled });

export const useAddPerson = (): UseMutationResult<PersonView, Error, PersonInput> =>
  useChange(["people"], (input) => post("people", input));

export const useDisablePerson = (): UseMutationResult<unknown, Error, { id: string; disabled: boolean }> =>
  useChange(["people"], ({ id, disabled }) => patch(`people/${encodeURIComponent(id)}`, { disabled }));

/** Makes a one-time link; whoever opens it is signed in as that person. */
export const useSignInLink = (): UseMutationResult<{ url: string; expires_at: string }, Error, string> =>
  useMutation({ mutationFn: (id: string) => post(`people/${encodeURIComponent(id)}/link`) });

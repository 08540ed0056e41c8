import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import type { Me } from "#contract/api/requests.ts";
import type { Role } from "#contract/api/views.ts";
import { ApiError, get, post, remove, rememberCsrf } from "./http.ts";

/** Who is signed in. */
export async function fetchMe(): Promise<Me> {
  const me = await get<Me>("me");
  rememberCsrf(me.csrf);
  return me;
}

export const useMe = (): UseQueryResult<Me, Error> =>
  useQuery({
    queryKey: ["me"],
    queryFn: fetchMe,
    staleTime: 5 * 60_000,
    retry: (count, error) => !(error instanceof ApiError && error.status < 500 && error.status > 0) && count < 3,
  });

export type SignInWith = { email: string; password: string } | { token: string };

export function useSignIn(): UseMutationResult<Me, Error, SignInWith> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (how: SignInWith) => {
      await post("token" in how ? "session/link" : "session", how);
      return fetchMe();
    },
    onSuccess: (me) => {
      queries.clear();
      queries.setQueryData(["me"], me);
    },
  });
}

/** Leaves; the page is loaded anew, so that nothing of this session stays in memory. */
export async function signOut(): Promise<void> {
  await remove("session");
  location.assign("/sign-in");
}

/** Where each role begins. */
export const homeOf = (role: Role): "/today" | "/visits" | "/wall" =>
  role === "sales" ? "/visits" : role === "viewer" ? "/wall" : "/today";

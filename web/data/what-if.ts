import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import type { WhatIfInput, WhatIfView } from "#contract/api/what-if.ts";
import { get, post, remove } from "./http.ts";

/** Asks what today's rules would have told in a span; what comes out is looked at by its id. */
export const useAskPast = (): UseMutationResult<WhatIfView, Error, WhatIfInput> =>
  useMutation({ mutationFn: (input) => post("what-if", input) });

/** The look that was asked for last, by whomever: a page that is opened anew goes on from it. */
export const useLastPast = (): UseQueryResult<WhatIfView | null, Error> =>
  useQuery({
    queryKey: ["what-if"],
    queryFn: async () => (await get<WhatIfView[]>("what-if"))[0] ?? null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });

/** How far it is, until it has ended. */
export const usePast = (asked: WhatIfView | undefined): UseQueryResult<WhatIfView, Error> =>
  useQuery({
    queryKey: ["what-if", asked?.id],
    queryFn: () => get<WhatIfView>(`what-if/${encodeURIComponent(asked?.id ?? "")}`),
    enabled: asked !== undefined,
    retry: false,
    ...(asked === undefined ? {} : { placeholderData: asked }),
    refetchInterval: ({ state }) => (state.data?.state === "running" && state.error === null ? 1_000 : false),
  });

export const useCallOff = (): UseMutationResult<unknown, Error, string> =>
  useMutation({ mutationFn: (id) => remove(`what-if/${encodeURIComponent(id)}`) });

import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { PromiseAnswer, PromiseInput } from "#contract/api/requests.ts";
import { post } from "./http.ts";

/** Asks what can be promised; the last answer stays on screen until the next one comes. */
export const usePromise = (input: PromiseInput | undefined): UseQueryResult<PromiseAnswer, Error> =>
  useQuery({
    queryKey: ["promise", input],
    queryFn: () => post<PromiseAnswer>("promise", input),
    enabled: input !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 15_000,
    refetchInterval: 60_000,
  });

import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { RejectedView } from "#contract/api/requests.ts";
import { get } from "./http.ts";

/** Messages that were refused and kept aside, newest first. */
export const useRejected = (): UseQueryResult<RejectedView[], Error> =>
  useQuery({ queryKey: ["rejected"], queryFn: () => get<RejectedView[]>("rejected"), refetchInterval: 15_000 });

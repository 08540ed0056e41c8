import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { HistoryAnswer } from "#contract/api/requests.ts";
import { get } from "./http.ts";

export interface HistorySpan {
  roomKey: string;
  metrics: readonly string[];
  from: number;
  to: number;
  points: number;
}

/** What was recorded in a room. While another span is fetched the last one stays on screen. */
export const useHistory = ({ roomKey, metrics, from, to, points }: HistorySpan): UseQueryResult<HistoryAnswer, Error> =>
  useQuery({
    queryKey: ["history", roomKey, metrics.join(","), from, to, points],
    queryFn: () =>
      get<HistoryAnswer>(
        `rooms/${roomKey}/history?metrics=${metrics.join(",")}&from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}&points=${points}`,
      ),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

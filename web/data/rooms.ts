import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import { useEffect } from "react";
import type { RoomDetail } from "#contract/api/views.ts";
import { get, post } from "./http.ts";
import { useRoom } from "./live/use-live.ts";

/** Everything about a room; fetched again when the feed says that the room was judged anew, at most every few seconds. */
export function useRoomDetail(key: string): UseQueryResult<RoomDetail, Error> {
  const queries = useQueryClient();
  const live = useRoom(key);
  const result = useQuery({
    queryKey: ["room", key],
    queryFn: () => get<RoomDetail>(`rooms/${key}`),
    staleTime: 5_000,
    refetchInterval: 30_000,
  });
  const judgedAt = live?.at;
  const shownAt = result.data?.at;
  useEffect(() => {
    if (judgedAt !== undefined && shownAt !== undefined && judgedAt > shownAt)
      void queries.invalidateQueries({ queryKey: ["room", key], refetchType: "active" }, { cancelRefetch: false });
  }, [queries, key, judgedAt, shownAt]);
  return result;
}

/** Says that a room, by its key, has been reset just now. */
export const useResetRoom = (): UseMutationResult<{ at: string }, Error, string> =>
  useMutation({ mutationFn: (key: string) => post<{ at: string }>(`rooms/${key}/reset`) });

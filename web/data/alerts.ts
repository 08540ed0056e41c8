import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import type { ReplyInput } from "#contract/api/requests.ts";
import type { AlertView } from "#contract/api/views.ts";
import { get, post } from "./http.ts";

/** What a person decides about an alert. Its effect comes back over the live feed. */
export const useReply = (): UseMutationResult<unknown, Error, { id: string; reply: ReplyInput }> =>
  useMutation({ mutationFn: ({ id, reply }) => post(`alerts/${encodeURIComponent(id)}/reply`, reply) });

/** Alerts of one room, closed ones included. */
export const useRoomAlerts = (roomKey: string): UseQueryResult<AlertView[], Error> =>
  useQuery({
    queryKey: ["alerts", roomKey],
    queryFn: () => get<AlertView[]>(`alerts?room=${encodeURIComponent(roomKey)}&state=all`),
    refetchInterval: 60_000,
  });

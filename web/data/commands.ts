import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import type { CommandInput, CommandView } from "#contract/api/commands.ts";
import { get, post } from "./http.ts";

const roomPath = (roomKey: string): string => `rooms/${roomKey.split("/").map(encodeURIComponent).join("/")}`;

/** Has a device do something; what becomes of it is asked for by its id. */
export const useCommand = (roomKey: string, device: string): UseMutationResult<CommandView, Error, CommandInput> =>
  useMutation({
    mutationFn: (input) => post(`${roomPath(roomKey)}/devices/${encodeURIComponent(device)}/command`, input),
  });

/** What became of a command; looked at until somebody has answered, or nobody has in time. */
export const useCommandState = (roomKey: string, asked: CommandView | undefined): UseQueryResult<CommandView, Error> =>
  useQuery({
    queryKey: ["command", roomKey, asked?.id],
    queryFn: () => get<CommandView>(`${roomPath(roomKey)}/commands/${encodeURIComponent(asked?.id ?? "")}`),
    enabled: asked !== undefined,
    ...(asked === undefined ? {} : { initialData: asked }),
    refetchInterval: ({ state }) => (state.data?.state === "asked" ? 1_000 : false),
  });

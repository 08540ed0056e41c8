import { useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import type { ClaimedView, ClaimInput, UnclaimedAnswer, UnclaimedView } from "#contract/api/claims.ts";
import { get, post, remove } from "./http.ts";
import { useChange } from "./use-change.ts";

const unclaimed = {
  queryKey: ["unclaimed"],
  queryFn: () => get<UnclaimedAnswer>("unclaimed"),
  refetchInterval: 10_000,
} as const;

/** Devices that publish and belong to no room. */
export const useUnclaimed = (enabled = true): UseQueryResult<UnclaimedView[], Error> =>
  useQuery({ ...unclaimed, enabled, select: ({ devices }) => devices });

/** How many further ones are heard and not listed. */
export const useUnlisted = (): number => useQuery({ ...unclaimed, select: ({ more }) => more }).data ?? 0;

export const useClaim = (): UseMutationResult<ClaimedView, Error, ClaimInput> =>
  useChange(["unclaimed", "room"], (input) => post("unclaimed/claim", input));

/** A device of a room, by the room's key and its own name there. */
export interface PlacedDevice {
  room: string;
  device: string;
}

export const useMoveDevice = (): UseMutationResult<ClaimedView, Error, PlacedDevice & { to: string }> =>
  useChange(["unclaimed", "room"], ({ room, device, to }) => post(`rooms/${room}/devices/${device}/move`, { to }));

export const useReleaseDevice = (): UseMutationResult<unknown, Error, PlacedDevice> =>
  useChange(["unclaimed", "room"], ({ room, device }) => remove(`rooms/${room}/devices/${device}`));

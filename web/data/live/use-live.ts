import { useCallback, useSyncExternalStore } from "react";
import type { AlertView, DemoView, RoomView, SystemView } from "#contract/api/views.ts";
import { liveStore } from "./live.ts";
import type { LinkView } from "./live-store.ts";

/** Hooks over the feed. Each re-renders only for what it names. */
function useKey<T>(key: string, read: () => T): T {
  const subscribe = useCallback((listener: () => void) => liveStore.subscribe(key, listener), [key]);
  return useSyncExternalStore(subscribe, read);
}

export const useRoom = (key: string): RoomView | undefined =>
  useKey(`rooms:${key}`, () => liveStore.thing("rooms", key));
export const useRoomName = (key: string | undefined): string | undefined => useRoom(key ?? "")?.name;
export const useDemo = (id: string): DemoView | undefined => useKey(`demos:${id}`, () => liveStore.thing("demos", id));
export const useRooms = (): readonly RoomView[] => useKey("rooms", () => liveStore.list("rooms"));
export const useDemos = (): readonly DemoView[] => useKey("demos", () => liveStore.list("demos"));
export const useAlerts = (): readonly AlertView[] => useKey("alerts", () => liveStore.list("alerts"));
export const useSystem = (): SystemView | undefined => useKey("system", () => liveStore.system);
export const useLink = (): LinkView => useKey("link", () => liveStore.link);
export const useFeedAt = (): string | undefined => useKey("at", () => liveStore.at);
export const useHasData = (): boolean => useKey("first", () => liveStore.hasData);

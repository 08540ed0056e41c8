import { useNow } from "../now.ts";
import { readerZone } from "../reader-zone.ts";
import { decideFeedState, type FeedState } from "./feed-state.ts";
import { useFeedAt, useLink, useSystem } from "./use-live.ts";

/** How current the screen is, brought up to date every few seconds. */
export function useFeedState(): FeedState {
  const link = useLink();
  const system = useSystem();
  const at = useFeedAt();
  const now = useNow(10_000);
  return decideFeedState({ link, system, at, now, zone: readerZone() });
}

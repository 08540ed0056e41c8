import type { SystemView } from "#contract/api/views.ts";
import { lastSeenWords } from "../../words/time-words.ts";
import type { LinkView } from "./live-store.ts";

/** How much what is on screen can be trusted, and the sentence that says so. */
export interface FeedState {
  state: "connecting" | "live" | "stale" | "offline";
  word: string;
  sentence: string;
}

interface FeedFacts {
  link: LinkView;
  system: SystemView | undefined;
  /** The server's time of the newest message. */
  at: string | undefined;
  now: number;
  zone: string;
}

/** Decides what the status line says. Links first: what cannot be reached cannot be known to be stale. */
export function decideFeedState({ link, system, at, now, zone }: FeedFacts): FeedState {
  const asOf = at === undefined ? undefined : lastSeenWords(Date.parse(at), now, zone);
  const shown = asOf === undefined ? "Nothing has arrived yet." : `What you see is as of ${asOf}.`;
  if (link.phase === "offline" || link.phase === "refused")
    return { state: "offline", word: "Offline", sentence: `No connection to the server; trying again. ${shown}` };
  if (link.phase === "connecting")
    return { state: "connecting", word: "Connecting", sentence: "Connecting to the server." };
  if (link.phase === "quiet") return { state: "stale", word: "Stale", sentence: `The server has gone quiet. ${shown}` };
  if (system?.broker === false)
    return {
      state: "stale",
      word: "Stale",
      sentence: `The message broker cannot be reached, so nothing new is heard from the rooms. ${shown}`,
    };
  if (system?.gateway === "stale")
    return {
      state: "stale",
      word: "Stale",
      sentence: "Rooms are not being judged at the moment; verdicts are the last known ones.",
    };
  if (system?.gateway === "waiting")
    return { state: "connecting", word: "Waiting", sentence: "Waiting for the first word from the rooms." };
  return { state: "live", word: "Live", sentence: "Everything on screen is up to date." };
}

import type { QueryClient } from "@tanstack/react-query";
import type { LiveMessage } from "#contract/api/live.ts";
import { browserClock } from "../browser-clock.ts";
import { fetchMe } from "../me.ts";
import { ApiError } from "../http.ts";
import { learnServerTime } from "../now.ts";
import { type LiveLink, type Socket, startLiveLink } from "./live-link.ts";
import { LiveStore } from "./live-store.ts";

/** A hidden page gets no frames; it is brought up to date once a second instead, so that it is right when looked at. */
const HIDDEN_PERIOD_MS = 1_000;

export const liveStore = new LiveStore({
  now: () => browserClock.now(),
  schedule: (task) => {
    if (document.visibilityState === "visible") requestAnimationFrame(task);
    else setTimeout(task, HIDDEN_PERIOD_MS);
  },
});

const accept = (message: LiveMessage): "ok" | "hole" => {
  if ("at" in message) learnServerTime(message.at);
  return liveStore.accept(message);
};

const open = (query: string): Socket => {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${location.host}/api/v1/live${query}`) as unknown as Socket;
};

const isSignedIn = async (): Promise<boolean> => {
  try {
    await fetchMe();
    return true;
  } catch (error) {
    return !(error instanceof ApiError && (error.status === 401 || error.status === 403));
  }
};

let link: LiveLink | undefined;
const wake = (): void => {
  if (document.visibilityState === "visible") link?.wake();
};

/** Starts the one feed of this page; says how to end it. Safe to call while it runs. */
export function startLive(queries: QueryClient): () => void {
  link ??= startLiveLink({
    clock: browserClock,
    open,
    isSignedIn,
    resumeFrom: () => liveStore.resumeFrom(),
    onMessage: accept,
    onPhase: (phase) => {
      liveStore.setLink(phase);
      if (phase === "refused") void queries.invalidateQueries({ queryKey: ["me"] });
    },
  });
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  return () => {
    link?.stop();
    link = undefined;
    liveStore.clear();
    removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", wake);
  };
}

import { useCallback, useSyncExternalStore } from "react";
import { browserClock } from "./browser-clock.ts";

/** A smaller difference is the journey of the message, not the clock. */
const TOLERANCE_MS = 2_000;
const TICK_MS = 1_000;

let offsetMs = 0;

/**
 * The server's clock decides what "in 24 min" means: a phone that is ten minutes slow, or a recorded week that is replayed,
 * shows the same words as everybody else's screen.
 */
export function learnServerTime(at: string): void {
  const server = Date.parse(at);
  if (Number.isNaN(server)) return;
  const offset = server - browserClock.now();
  if (Math.abs(offset - offsetMs) > TOLERANCE_MS) offsetMs = offset;
}

const serverNow = (): number => browserClock.now() + offsetMs;

const listeners = new Set<() => void>();
let cancel: (() => void) | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  cancel ??= browserClock.every(TICK_MS as Parameters<typeof browserClock.every>[0], () => {
    for (const tell of listeners) tell();
  });
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    cancel?.();
    cancel = undefined;
  };
}

/** The server's time in steps of `stepMs`; re-renders only when a step is passed. One timer serves the whole page. */
export function useNow(stepMs = 10_000): number {
  const read = useCallback(() => Math.floor(serverNow() / stepMs) * stepMs, [stepMs]);
  return useSyncExternalStore(subscribe, read);
}

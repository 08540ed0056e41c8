import type { LiveMessage } from "#contract/api/live.ts";
import type { Clock } from "#contract/clock.ts";
import { rfc3339, seconds } from "#contract/units.ts";
import type { Audience } from "./audience.ts";
import type { LiveFeed, LiveStep } from "./live-feed.ts";

/** The part of a WebSocket that is needed here. */
export interface LiveWebSocket {
  readonly bufferedAmount: number;
  send(text: string, options: { compress: boolean }): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: "close" | "error", listener: () => void): unknown;
}

export interface LiveSocketOptions {
  feed: LiveFeed;
  clock: Clock;
  audience: Audience;
  /** Where the client broke off. */
  from?: { epoch: string; since: number } | undefined;
  /** Whether the sign-in still holds; asked at each ping. */
  mayStay: () => Promise<boolean>;
  onDropped?: () => void;
}

const PING_EVERY = seconds(15);
/** A client that leaves this much lying is too slow: it is dropped, and takes up from its last number. */
export const MOST_BUFFERED_BYTES = 4 * 1024 * 1024;
const LAST_WORD_WITHIN = seconds(5);
/** RFC 6455 §7.4 and the IANA registry: try again later. */
const TRY_AGAIN_LATER = 1013;
/** Our own: the sign-in has ended. */
const SIGNED_OUT = 4401;

/** Serves the live feed to one client until it leaves, is too slow, or may no longer see it. */
export function serveLive(socket: LiveWebSocket, options: LiveSocketOptions): void {
  const { feed, clock, audience } = options;
  // Only the snapshot is packed: it is what a phone waits for. Packing every change for every client would cost most of the CPU.
  const send = (message: LiveMessage): void =>
    socket.send(JSON.stringify(message), { compress: message.type === "snapshot" });
  let isOver = false;

  const end = (code: number, reason: string): void => {
    if (isOver) return;
    stop();
    socket.close(code, reason);
    clock.after(LAST_WORD_WITHIN, () => socket.terminate());
  };
  const isTooSlow = (): boolean => {
    if (socket.bufferedAmount <= MOST_BUFFERED_BYTES) return false;
    options.onDropped?.();
    end(TRY_AGAIN_LATER, "too slow: resume from the last number");
    return true;
  };
  const tell = (step: LiveStep): void => {
    if (!isTooSlow()) socket.send(feed.textOf(step, audience), { compress: false });
  };
  const ping = (): void => send({ type: "ping", seq: feed.seq, at: rfc3339(clock.now()) });

  const unlisten = feed.listen(tell);
  const stopPings = clock.every(PING_EVERY, () => {
    if (isTooSlow()) return;
    ping();
    options.mayStay().then(
      (may) => (may ? undefined : end(SIGNED_OUT, "signed out")),
      () => end(TRY_AGAIN_LATER, "the server cannot tell who you are"),
    );
  });
  const stop = (): void => {
    isOver = true;
    unlisten();
    stopPings();
  };
  socket.on("close", stop);
  socket.on("error", stop);

  const missed = options.from === undefined ? undefined : feed.missed(options.from.epoch, options.from.since);
  send({ type: "hello", epoch: feed.epoch, seq: feed.seq, resumed: missed !== undefined });
  if (missed === undefined) send(feed.snapshot(audience));
  else for (const step of missed) tell(step);
  // So that a client which missed nothing knows at once that it is up to date.
  if (!isOver) ping();
}

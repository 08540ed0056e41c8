import type { LiveMessage } from "#contract/api/live.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import type { Millis } from "#contract/units.ts";

/**
 * The socket of the live feed: opens it, resumes where it broke off, tries again with jitter and a ceiling, and notices a
 * link that died without a word by its missing pings. It knows nothing of what the messages mean.
 */
export interface LiveLink {
  stop(): void;
  /** Tries at once: the network came back, or the page is looked at again. */
  wake(): void;
}

/** `quiet`: connected, but even the pings have stopped. `refused`: the server wants a sign-in first. */
export type LinkPhase = "connecting" | "live" | "quiet" | "offline" | "refused";

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: (() => void) | null;
  close(): void;
}

export interface LiveLinkOptions {
  clock: Clock;
  open: (query: string) => Socket;
  /** Where to go on from, when something is known already. */
  resumeFrom: () => { epoch: string; since: number } | undefined;
  /** Says `hole` when a message was missed; the link then connects anew from the last one that is known. */
  onMessage: (message: LiveMessage) => "ok" | "hole";
  onPhase: (phase: LinkPhase) => void;
  /** Asked after a connection that never opened: a socket does not tell why it was turned away. */
  isSignedIn: () => Promise<boolean>;
  random?: () => number;
}

const ms = (n: number): Millis => n as Millis;
/** Pings come every 15 s: one and a half intervals without a word is quiet, three are a dead link. */
const QUIET_AFTER = ms(22_000);
const DEAD_AFTER = ms(45_000);
const WATCH_EVERY = ms(2_000);
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
/** The server closes a feed with this when its sign-in has ended. */
const SIGNED_OUT = 4401;

export function startLiveLink(options: LiveLinkOptions): LiveLink {
  const { clock } = options;
  const random = options.random ?? Math.random;
  let socket: Socket | undefined;
  let phase: LinkPhase | undefined;
  let lastHeard = clock.now();
  let failures = 0;
  let cancelRetry: Cancel | undefined;
  let stopped = false;

  const enter = (next: LinkPhase): void => {
    if (phase === next || stopped) return;
    phase = next;
    options.onPhase(next);
  };

  const connect = (): void => {
    cancelRetry?.();
    cancelRetry = undefined;
    if (stopped) return;
    const from = options.resumeFrom();
    const query = from === undefined ? "" : `?epoch=${encodeURIComponent(from.epoch)}&since=${from.since}`;
    const opened = options.open(query);
    let wasOpen = false;
    socket = opened;
    lastHeard = clock.now();
    opened.onopen = () => {
      wasOpen = true;
    };
    opened.onmessage = (event) => {
      if (socket === opened) hear(event.data);
    };
    opened.onerror = null;
    opened.onclose = ({ code }) => {
      if (socket === opened) void lost(wasOpen && code !== SIGNED_OUT);
    };
  };

  const hear = (data: unknown): void => {
    lastHeard = clock.now();
    const message = readMessage(data);
    if (message === undefined) return;
    if (options.onMessage(message) === "hole") {
      drop();
      retry();
      return;
    }
    failures = 0;
    if (message.type !== "hello") enter("live");
  };

  const lost = async (isKnownGuest: boolean): Promise<void> => {
    drop();
    if (!isKnownGuest && !(await options.isSignedIn().catch(() => true))) {
      enter("refused");
      return;
    }
    enter("offline");
    retry();
  };

  const drop = (): void => {
    const old = socket;
    socket = undefined;
    old?.close();
  };

  /** Waits between half and one and a half of a delay that doubles, so that a restarted server is not met by everyone at once. */
  const retry = (): void => {
    if (stopped || cancelRetry !== undefined) return;
    const ceiling = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
    failures += 1;
    cancelRetry = clock.after(ms(ceiling * (0.5 + random())), connect);
  };

  const watch = clock.every(WATCH_EVERY, () => {
    if (socket === undefined) return;
    const silence = clock.now() - lastHeard;
    if (silence > DEAD_AFTER) void lost(true);
    else if (silence > QUIET_AFTER && phase === "live") enter("quiet");
  });

  enter("connecting");
  connect();
  return {
    stop() {
      stopped = true;
      watch();
      cancelRetry?.();
      drop();
    },
    wake() {
      if (cancelRetry !== undefined) connect();
    },
  };
}

/** A message that cannot be read is no reason to lose the feed: the next hole or ping brings us back in step. */
function readMessage(data: unknown): LiveMessage | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === "object" && message !== null && "type" in message ? (message as LiveMessage) : undefined;
  } catch {
    return undefined;
  }
}

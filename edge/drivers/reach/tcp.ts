import { connect } from "node:net";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { between, seconds } from "#contract/units.ts";
import { type Attempt, tookMs } from "./probe.ts";

const CONNECT_WITHIN = seconds(3);

/** Whether a port takes a connection. A host that refuses is alive, but what was asked for is not there. */
export function probeTcp(target: { host: string; port: number }, clock: Clock, signal: AbortSignal): Promise<Attempt> {
  return new Promise((resolve) => {
    const startedAt = clock.now();
    const socket = connect(target);
    const settle = (attempt: Attempt): void => {
      cancel();
      signal.removeEventListener("abort", abort);
      socket.destroy();
      resolve(attempt);
    };
    const abort = (): void => settle({ answered: false, why: "took too long" });
    const cancel = clock.after(CONNECT_WITHIN, abort);
    signal.addEventListener("abort", abort);
    socket.on("connect", () => settle({ answered: true, latency: tookMs(between(startedAt, clock.now())) }));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      settle({
        answered: false,
        why: error.code === "ECONNREFUSED" ? `port ${target.port} is closed` : messageOf(error),
      }),
    );
    if (signal.aborted) abort();
  });
}

import type { ClientRequest } from "node:http";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { between, seconds } from "#contract/units.ts";
import type { ReachOptions } from "./options.ts";
import { type Attempt, tookMs } from "./probe.ts";

type HttpOptions = Extract<ReachOptions, { probe: "http" }>;
const ANSWER_WITHIN = seconds(5);

/** Whether a web address answers with a status that counts. Redirects are answers; the body is never read. */
export function probeHttp(options: HttpOptions, clock: Clock, signal: AbortSignal): Promise<Attempt> {
  return new Promise((resolve) => {
    const startedAt = clock.now();
    const request = ask(options);
    const settle = (attempt: Attempt): void => {
      cancel();
      signal.removeEventListener("abort", abort);
      request.destroy();
      resolve(attempt);
    };
    const abort = (): void => settle({ answered: false, why: "did not answer in time" });
    const cancel = clock.after(ANSWER_WITHIN, abort);
    signal.addEventListener("abort", abort);
    request.on("response", (response) => {
      const status = response.statusCode ?? 0;
      if (status >= options.status_from && status <= options.status_to) {
        settle({ answered: true, latency: tookMs(between(startedAt, clock.now())) });
      } else settle({ answered: false, why: `answered with status ${status}` });
    });
    // An answer that is an upgrade, or none at all, ends in neither a response nor an error.
    request.on("close", () => settle({ answered: false, why: "closed the connection without an answer" }));
    request.on("error", (error) => settle({ answered: false, why: messageOf(error) }));
    if (signal.aborted) abort();
    else request.end();
  });
}

/**
 * What it needs of Node is not imported: an import reads everything that the module offers, and so loads a WebSocket client
 * of 15 MB with it; and those who never ask by HTTP need none of it.
 */
function ask({ url, ca, any_certificate }: HttpOptions): ClientRequest {
  const common = { agent: false, headers: { "user-agent": "greenroom" }, maxHeaderSize: 16_384 } as const;
  if (url.startsWith("http:")) return process.getBuiltinModule("node:http").request(url, common);
  return process.getBuiltinModule("node:https").request(url, {
    ...common,
    rejectUnauthorized: !any_certificate,
    ...(ca === undefined ? {} : { ca: ca.reveal() }),
  });
}

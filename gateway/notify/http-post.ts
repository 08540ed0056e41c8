import type { Agent } from "undici";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { type Millis, seconds } from "#contract/units.ts";
import { NotSent } from "../alerts/notifier.ts";

const LONGEST_ANSWER_BYTES = 4_096;

export interface Post {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  timeout: Millis;
}

/** Posts JSON with everything bounded: time, size of the answer, redirects (none are followed: they could lead anywhere). */
export class HttpPoster {
  readonly #clock: Clock;
  /** Made for the first message: the library takes more memory than all of the alerts. */
  #agent: Agent | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves on a 2xx. Rejects with `NotSent`: what was refused was not delivered, what was cut off may have been. */
  async post({ url, headers, body, timeout }: Post): Promise<void> {
    const { Agent, request } = await import("undici");
    const agent = (this.#agent ??= new Agent({ pipelining: 0, connect: { timeout: seconds(10) } }));
    const abort = new AbortController();
    const cancel = this.#clock.after(timeout, () => abort.abort(new Error(`no answer within ${timeout / 1000} s`)));
    try {
      const response = await request(url, {
        method: "POST",
        headers: { "content-type": "application/json; charset=utf-8", "user-agent": "greenroom", ...headers },
        body,
        dispatcher: agent,
        signal: abort.signal,
        reset: true,
      });
      const answer = await firstBytes(response.body);
      if (response.statusCode >= 200 && response.statusCode < 300) return;
      throw refusal(response.statusCode, answer);
    } catch (error) {
      if (error instanceof NotSent) throw error;
      throw linkFault(error);
    } finally {
      cancel();
    }
  }

  async stop(): Promise<void> {
    await this.#agent?.close();
  }
}

/** The beginning of an answer; the rest is not waited for. What follows a status line cannot make a message undelivered. */
async function firstBytes(body: AsyncIterable<Uint8Array> & { destroy(): unknown }): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= LONGEST_ANSWER_BYTES) break;
    }
  } catch {
    // The status line has said what there was to say.
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks).subarray(0, LONGEST_ANSWER_BYTES).toString("utf8");
}

function refusal(status: number, answer: string): NotSent {
  const text = answer
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 150);
  const said = text === "" ? "" : `: ${text}`;
  if (status >= 300 && status < 400)
    return new NotSent(`the receiver redirects (${status}); set the address to where it really is`, {
      delivered: "no",
      retryable: false,
    });
  // A gateway that gave up waiting does not know what became of it.
  if (status === 408 || status === 504)
    return new NotSent(`the receiver's gateway gave up (${status})${said}`, { delivered: "unknown", retryable: false });
  return new NotSent(`the receiver answered ${status}${said}`, {
    delivered: "no",
    retryable: status === 429 || status >= 500,
  });
}

const beforeSending = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

function linkFault(error: unknown): NotSent {
  const codes = codesOf(error);
  const isBefore = codes.some((code) => beforeSending.has(code) || code.startsWith("ERR_SSL"));
  return new NotSent(`${messageOf(error)}${codes.length === 0 ? "" : ` (${codes.join(", ")})`}`, {
    delivered: isBefore ? "no" : "unknown",
    retryable: isBefore,
    cause: error,
  });
}

/** The codes of an error and of those that it stands for. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  const pending: unknown[] = [error];
  for (let depth = 0; depth < 8; depth++) {
    const next = pending.shift();
    if (!(next instanceof Error)) continue;
    if ("code" in next && typeof next.code === "string") codes.push(next.code);
    pending.push(next.cause);
    if (next instanceof AggregateError) pending.push(...(next.errors as unknown[]));
  }
  return [...new Set(codes)];
}

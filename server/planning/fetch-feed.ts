import type { Agent, fetch as Fetch, Response } from "undici";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { seconds } from "#contract/units.ts";
import { given } from "../store/present.ts";
import { checkFeedHost, type FeedAddresses, guardedLookup } from "./feed-address.ts";

const WITHIN = seconds(20);
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_REDIRECTS = 5;

interface FeedRequest {
  url: string;
  etag?: string;
  last_modified?: string;
}
type FeedAnswer = { kind: "unchanged" } | { kind: "text"; text: string; etag?: string; last_modified?: string };
export type FetchFeed = (request: FeedRequest) => Promise<FeedAnswer>;

/** Fetches calendars: within a time and a size, from addresses that are allowed, asking first whether anything has changed. */
export function makeFetchFeed(clock: Clock, policy: FeedAddresses): FetchFeed {
  return async ({ url, etag, last_modified }) => {
    // Loaded with the first calendar: many a site has none, and the library takes 10 MB.
    const { Agent, fetch } = await import("undici");
    const agent = new Agent({ connect: { lookup: guardedLookup(policy), timeout: WITHIN } });
    const abort = new AbortController();
    const cancel = clock.after(WITHIN, () => abort.abort(new Error(`no whole answer within ${WITHIN / 1_000} s`)));
    try {
      const headers = {
        accept: "text/calendar, text/plain;q=0.5, */*;q=0.1",
        "user-agent": "greenroom-calendar",
        ...given({ "if-none-match": etag, "if-modified-since": last_modified }),
      };
      const response = await follow(new URL(url), { fetch, agent, signal: abort.signal, headers, policy });
      if (response.status === 304) return { kind: "unchanged" };
      if (!response.ok)
        throw new GreenroomError("CALENDAR_INVALID", `the calendar's server answered ${response.status}`);
      const text = await textOf(response);
      const seen = {
        etag: response.headers.get("etag") ?? undefined,
        last_modified: response.headers.get("last-modified") ?? undefined,
      };
      return { kind: "text", text, ...given(seen) };
    } catch (error) {
      throw asFault(error);
    } finally {
      cancel();
      await agent.destroy().catch(() => {});
    }
  };
}

interface Journey {
  fetch: typeof Fetch;
  agent: Agent;
  signal: AbortSignal;
  headers: Record<string, string>;
  policy: FeedAddresses;
}

async function follow(start: URL, { fetch, agent, signal, headers, policy }: Journey): Promise<Response> {
  let url = start;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    if (url.protocol !== "http:" && url.protocol !== "https:")
      throw new GreenroomError("INPUT_INVALID", `a calendar is fetched by http or https, not ${url.protocol}`);
    checkFeedHost(url, policy);
    const response = await fetch(url, { dispatcher: agent, redirect: "manual", signal, headers });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || response.status === 304 || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, url);
    if (url.protocol === "https:" && next.protocol === "http:")
      throw new GreenroomError("NOT_ALLOWED", "the calendar's server leads from https to http");
    url = next;
  }
  throw new GreenroomError("CALENDAR_INVALID", `the calendar's server redirects more than ${MOST_REDIRECTS} times`);
}

/** Counts what really arrives, unpacked: a length that is told proves nothing. */
async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > MOST_BYTES)
      throw new GreenroomError("TOO_LARGE", `the calendar is larger than ${MOST_BYTES / 1_048_576} MiB`);
    chunks.push(chunk as Uint8Array);
  }
  return new TextDecoder("utf-8").decode(Buffer.concat(chunks));
}

/** The reason beneath: undici says only "fetch failed". */
function asFault(error: unknown): GreenroomError {
  if (error instanceof GreenroomError) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof GreenroomError) return cause;
  const why = cause instanceof Error ? cause.message : messageOf(error);
  return new GreenroomError("CALENDAR_INVALID", `the calendar cannot be fetched: ${why}`, error);
}

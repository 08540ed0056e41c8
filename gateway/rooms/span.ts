import { type Instant, instant } from "#contract/units.ts";

/** A stretch of time, read once from its wire form. */
export interface Span {
  start: Instant;
  end: Instant;
}

interface Wired {
  readonly start: string;
  readonly end: string;
}
/** A booking is read by everybody who plans with it, and is never changed, only replaced. */
const known = new WeakMap<Wired, Span>();

export function spanOf(wired: Wired): Span {
  let span = known.get(wired);
  if (span === undefined) {
    span = { start: instant(Date.parse(wired.start)), end: instant(Date.parse(wired.end)) };
    known.set(wired, span);
  }
  return span;
}

/** The span that ends last of those that begin before a moment. */
export function lastBefore<T extends Span>(spans: readonly T[], moment: Instant): T | undefined {
  let last: T | undefined;
  for (const span of spans) {
    if (span.start < moment && (last === undefined || span.end > last.end)) last = span;
  }
  return last;
}

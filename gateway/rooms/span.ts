import { type Instant, instant } from "#contract/units.ts";

/** A stretch of time, read once from its wire form. */
export interface Span {
  start: Instant;
  end: Instant;
}

export const spanOf = ({ start, end }: { start: string; end: string }): Span => ({
  start: instant(Date.parse(start)),
  end: instant(Date.parse(end)),
});

/** The span that ends last of those that begin before a moment. */
export function lastBefore<T extends Span>(spans: readonly T[], moment: Instant): T | undefined {
  let last: T | undefined;
  for (const span of spans) {
    if (span.start < moment && (last === undefined || span.end > last.end)) last = span;
  }
  return last;
}

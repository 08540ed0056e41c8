/** Units live in the type inside the code and in the name at its edges (`co2_ppm`, `hold_down_s`). */
type Unit<N extends string> = number & { readonly unit: N };

/** A span of time in milliseconds. */
export type Millis = Unit<"ms">;
/** An instant, in milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = Unit<"instant-ms">;

export const millis = (n: number): Millis => n as Millis;
export const seconds = (n: number): Millis => (n * 1000) as Millis;
export const minutes = (n: number): Millis => (n * 60_000) as Millis;
export const hours = (n: number): Millis => (n * 3_600_000) as Millis;

export const instant = (epochMs: number): Instant => epochMs as Instant;
export const later = (at: Instant, by: Millis): Instant => (at + by) as Instant;
export const earlier = (at: Instant, by: Millis): Instant => (at - by) as Instant;
export const between = (from: Instant, to: Instant): Millis => (to - from) as Millis;

/** The wire's form of an instant: RFC 3339, UTC, milliseconds. */
export const rfc3339 = (at: Instant): string => new Date(at).toISOString();

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Reads an RFC 3339 instant with its zone; `undefined` for anything else (a local time without a zone is not an instant). */
export function parseInstant(text: string): Instant | undefined {
  if (!RFC3339.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : (at as Instant);
}

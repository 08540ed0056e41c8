import { type Instant, instant, parseInstant } from "#contract/units.ts";

/** Before this nothing that Greenroom hears was measured: a clock that was never set says 1970 or 2000. */
const EARLIEST = Date.UTC(2010, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

const plausible = (at: number): Instant | undefined =>
  Number.isFinite(at) && at >= EARLIEST && at < LATEST ? instant(Math.round(at)) : undefined;

/** Seconds (or milliseconds, where there are too many) since 1970; `undefined` for a clock that was never set. */
export function fromEpoch(value: number): Instant | undefined {
  return plausible(value > 1e11 ? value : value * 1000);
}

const ZONED = /(?:[Zz]|[+-]\d\d:?\d\d)$/;
const LOCAL = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)$/;

/**
 * An instant as text: with its zone as it says; a local time only where the zone is known. Of a local time that comes
 * twice (clocks go back) the earlier is taken; one that never was (clocks go forward) is moved on by the gap.
 */
export function fromText(text: string, zone?: string): Instant | undefined {
  if (ZONED.test(text)) {
    const colon = text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2");
    const at = parseInstant(colon.replace(" ", "T"));
    return at === undefined ? undefined : plausible(at);
  }
  const local = LOCAL.exec(text);
  if (local === null || zone === undefined) return undefined;
  try {
    const when = Temporal.PlainDateTime.from(`${local[1]}T${local[2]}`).toZonedDateTime(zone);
    return plausible(when.epochMilliseconds);
  } catch {
    return undefined;
  }
}

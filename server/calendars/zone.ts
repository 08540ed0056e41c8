type Local = Temporal.PlainDateTime;

/** Where a wall time stands on the world's line. */
interface Resolved {
  at: Temporal.Instant;
  /** The wall clock skips this time (start of daylight saving). */
  skipped: boolean;
}

/** How a calendar's wall times become instants. */
export interface Zone {
  name: string;
  /** A time that is there twice is the first (RFC 5545 §3.3.5); one that is skipped is read with the offset before the gap. */
  resolve(local: Local): Resolved;
  toLocal(at: Temporal.Instant): Local;
}

export const namedZone = (name: string): Zone => ({
  name,
  resolve(local) {
    const zoned = local.toZonedDateTime(name, { disambiguation: "compatible" });
    return { at: zoned.toInstant(), skipped: !zoned.toPlainDateTime().equals(local) };
  },
  toLocal: (at) => at.toZonedDateTimeISO(name).toPlainDateTime(),
});

export const utc: Zone = namedZone("UTC");

/** One change of offset of a VTIMEZONE. */
export interface Transition {
  at_s: number;
  offset_s: number;
}

/** A zone that a calendar defines by itself; `transitionsAround` gives its changes about a year, sorted. */
export function definedZone(
  name: string,
  before_s: number,
  transitionsAround: (year: number) => readonly Transition[],
): Zone {
  const offsetAt = (epoch_s: number, year: number): number =>
    transitionsAround(year).findLast((each) => each.at_s <= epoch_s)?.offset_s ?? before_s;
  return {
    name,
    resolve(local) {
      const wall_s = Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute, local.second) / 1000;
      const offsets = [...new Set([before_s, ...transitionsAround(local.year).map((each) => each.offset_s)])];
      const found = offsets
        .map((offset) => wall_s - offset)
        .filter((at_s) => wall_s - offsetAt(at_s, local.year) === at_s);
      if (found.length > 0) return { at: fromSeconds(Math.min(...found)), skipped: false };
      // In a gap: the offset that held before it.
      const gap = transitionsAround(local.year).findLast((each) => each.at_s <= wall_s - Math.min(...offsets));
      const previous = gap === undefined ? before_s : offsetAt(gap.at_s - 1, local.year);
      return { at: fromSeconds(wall_s - previous), skipped: true };
    },
    toLocal(at) {
      const year = at.toZonedDateTimeISO("UTC").year;
      return at
        .add({ seconds: offsetAt(at.epochMilliseconds / 1000, year) })
        .toZonedDateTimeISO("UTC")
        .toPlainDateTime();
    },
  };
}

const fromSeconds = (s: number): Temporal.Instant => Temporal.Instant.fromEpochMilliseconds(s * 1000);

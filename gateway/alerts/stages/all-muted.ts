import type { Instant } from "#contract/units.ts";

/** When a cause concerns many rooms, it is quiet only while each of them is; until the first of them no longer is. */
export function allMutedUntil<T>(rooms: readonly T[], until: (room: T) => Instant | undefined): Instant | undefined {
  let first: Instant | undefined;
  for (const room of rooms) {
    const end = until(room);
    if (end === undefined) return undefined;
    if (first === undefined || end < first) first = end;
  }
  return first;
}

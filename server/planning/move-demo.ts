import { GreenroomError } from "#contract/errors.ts";
import { parseRoomKey } from "#contract/ids.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import type { BookingRecord } from "../store/bookings.ts";
import type { DemoRecord } from "../store/demos.ts";
import type { Store } from "../store/open-store.ts";

export interface Moved {
  demo: DemoRecord;
  /** Bookings of the new room that have to give way. */
  displaced: readonly BookingRecord[];
}

/**
 * Puts a visit into another room, at its own time. It remembers where it was planned, so that its calendar does not move it
 * back. Throws NOT_FOUND, CONFLICT, and ROOM_TAKEN when another visit or maintenance is there.
 */
export function moveDemo(store: Store, id: string, to: string): Promise<Moved> {
  return store.transaction(async (tx) => {
    const known = await tx.demos.get(id);
    if (known === undefined) throw new GreenroomError("NOT_FOUND", `there is no demo ${id}`);
    const { site, room } = parseRoomKey(to);
    const target = await tx.rooms.get(site, room);
    if (target === undefined) throw new GreenroomError("NOT_FOUND", `there is no room ${to}`);
    const { name, zone } = target.card;
    if (known.key === to) throw new GreenroomError("CONFLICT", `the visit is in ${name} already`);
    if (known.end_ms <= tx.clock.now()) throw new GreenroomError("CONFLICT", "the visit is over");
    const taken = await takenBy(tx, known, to);
    if (taken !== undefined)
      throw new GreenroomError("ROOM_TAKEN", `${name} ${taken.what} from ${span(taken, zone)}; choose another room`);
    const { key: _, asked: __, moved_from, ...kept } = known;
    const from = moved_from ?? known.key;
    const demo = await tx.demos.put(id, { ...kept, site, room, ...(from === to ? {} : { moved_from: from }) });
    const displaced = await tx.bookings.within(spanOf(known), { site, room });
    return { demo, displaced };
  });
}

interface Taken {
  what: string;
  start_ms: number;
  end_ms: number;
}

/** What keeps a demo out of a room at its own time. */
export async function takenBy(store: Store, demo: TimedDemo, key: string): Promise<Taken | undefined> {
  const where = parseRoomKey(key);
  const others = await store.demos.within(spanOf(demo), where);
  const other = others.find((one) => one.id !== demo.id);
  if (other !== undefined) return { what: "has another visit", start_ms: other.start_ms, end_ms: other.end_ms };
  const [window] = await store.maintenance.within(spanOf(demo), where);
  return window === undefined
    ? undefined
    : { what: "is in maintenance", start_ms: window.start_ms, end_ms: window.end_ms };
}

type TimedDemo = Pick<DemoRecord, "arrival_ms" | "start_ms" | "end_ms"> & { id?: string };
const spanOf = (demo: TimedDemo): { from_ms: number; to_ms: number } => ({
  from_ms: Math.min(demo.arrival_ms, demo.start_ms),
  to_ms: demo.end_ms,
});

function span({ start_ms, end_ms }: Taken, zone: string): string {
  const clock = (ms: number): string => {
    try {
      return Temporal.Instant.fromEpochMilliseconds(ms)
        .toZonedDateTimeISO(zone)
        .toPlainTime()
        .toString({ smallestUnit: "minute" });
    } catch {
      return rfc3339(instant(ms));
    }
  };
  return `${clock(start_ms)} to ${clock(end_ms)}`;
}

import type { ImportReport } from "#contract/api/requests.ts";
import { roomKey } from "#contract/ids.ts";
import type { BookingDraft } from "../store/bookings.ts";
import type { DemoDraft, DemoRecord } from "../store/demos.ts";
import type { Store } from "../store/open-store.ts";

/** What a source holds now. Identity is (source, uid, recurrence). */
export interface Wanted {
  source: string;
  demos: readonly (DemoDraft & { uid: string; recurrence: string })[];
  bookings: readonly (BookingDraft & { uid: string; recurrence: string })[];
  /** What of the store is compared: only what lies in it can be removed. Absent: nothing is removed. */
  window?: { from_ms: number; to_ms: number };
  /** Titles of events that could not be read: their demos stay as they were last known. */
  unread?: ReadonlySet<string>;
}

export interface Reconciled {
  report: Omit<ImportReport, "faults">;
  /** Rooms whose plan is different now. */
  rooms: ReadonlySet<string>;
}

const identity = (one: { uid: string; recurrence: string }): string => JSON.stringify([one.uid, one.recurrence]);

/** Makes the store hold what a source holds, all of it or nothing: adds, changes, removes. What people have written on a demo themselves stays. */
export function reconcile(store: Store, wanted: Wanted): Promise<Reconciled> {
  return store.transaction(async (tx) => {
    const report = { added: 0, changed: 0, removed: 0, unchanged: 0 };
    const rooms = new Set<string>();
    const demos = new Map((await tx.demos.ofSource(wanted.source)).map((demo) => [identity(demo), demo]));
    const bookings = new Map((await tx.bookings.ofSource(wanted.source)).map((one) => [identity(one), one]));
    for (const draft of wanted.demos) {
      const id = identity(draft);
      const known = demos.get(id);
      const wasBooking = bookings.get(id);
      demos.delete(id);
      if (wasBooking !== undefined) await tx.bookings.remove(wasBooking.id);
      bookings.delete(id);
      if (known !== undefined && isSameDemo(known, draft)) {
        report.unchanged += 1;
        continue;
      }
      if (known === undefined) await tx.demos.add(draft);
      else await tx.demos.put(known.id, merged(known, draft));
      report[known === undefined && wasBooking === undefined ? "added" : "changed"] += 1;
      for (const one of [known, wasBooking, draft]) if (one !== undefined) rooms.add(roomKey(one.site, one.room));
    }
    for (const draft of wanted.bookings) {
      const id = identity(draft);
      const known = bookings.get(id);
      const wasDemo = demos.get(id);
      bookings.delete(id);
      if (wasDemo !== undefined) await tx.demos.remove(wasDemo.id);
      demos.delete(id);
      if (known !== undefined && isSameTime(known, draft)) {
        report.unchanged += 1;
        continue;
      }
      await tx.bookings.put(draft);
      report[known === undefined && wasDemo === undefined ? "added" : "changed"] += 1;
      for (const one of [known, wasDemo, draft]) if (one !== undefined) rooms.add(roomKey(one.site, one.room));
    }
    const isGone = (one: { start_ms: number; end_ms: number }): boolean =>
      wanted.window !== undefined && one.end_ms > wanted.window.from_ms && one.start_ms < wanted.window.to_ms;
    for (const demo of [...demos.values()].filter((one) => isGone(one) && wanted.unread?.has(one.title) !== true)) {
      await tx.demos.remove(demo.id);
      report.removed += 1;
      rooms.add(demo.key);
    }
    for (const booking of [...bookings.values()].filter(isGone)) {
      await tx.bookings.remove(booking.id);
      report.removed += 1;
      rooms.add(booking.key);
    }
    return { report, rooms };
  });
}

interface Timed {
  site: string;
  room: string;
  start_ms: number;
  end_ms: number;
}
const isSameTime = (a: Timed, b: Timed): boolean =>
  a.site === b.site && a.room === b.room && a.start_ms === b.start_ms && a.end_ms === b.end_ms;

const isSameDemo = (known: DemoRecord, draft: DemoDraft): boolean => {
  const next = merged(known, draft);
  return (
    isSameTime(known, next) &&
    known.arrival_ms === next.arrival_ms &&
    known.title === next.title &&
    known.account === next.account &&
    known.host === next.host &&
    known.target === next.target &&
    known.value_eur === next.value_eur &&
    JSON.stringify(known.needs) === JSON.stringify(next.needs)
  );
};

/** A source speaks for what it says; what it is silent about (needs, account, value) stays as people have written it. */
function merged(known: DemoRecord, draft: DemoDraft): DemoDraft {
  const { id: _, key: __, revision: ___, updated_ms: ____, ...kept } = known;
  const isSilentOfArrival = draft.arrival_ms === draft.start_ms;
  const arrival_ms = isSilentOfArrival ? draft.start_ms + (known.arrival_ms - known.start_ms) : draft.arrival_ms;
  const needs = Object.keys(draft.needs).length === 0 ? known.needs : draft.needs;
  return { ...kept, ...draft, arrival_ms, needs };
}

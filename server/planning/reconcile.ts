import type { ImportReport } from "#contract/api/requests.ts";
import { roomKey } from "#contract/ids.ts";
import { hours } from "#contract/units.ts";
import type { BookingDraft, BookingRecord } from "../store/bookings.ts";
import type { DemoDraft, DemoRecord } from "../store/demos.ts";
import type { Store } from "../store/open-store.ts";
import { mergedDraft } from "./merge-draft.ts";
import { takenBy } from "./move-demo.ts";

type WantedDemo = DemoDraft & { uid: string; recurrence: string };
type WantedBooking = BookingDraft & { uid: string; recurrence: string };

/** What a source holds now. Identity is (source, uid, recurrence). */
export interface Wanted {
  source: string;
  demos: readonly WantedDemo[];
  bookings: readonly WantedBooking[];
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

/** An event that moves further than this is another visit. */
const FARTHEST_MOVE = hours(24 * 14);

/** Makes the store hold what a source holds, all of it or nothing: adds, changes, removes. What people have written on a demo themselves stays. */
export function reconcile(store: Store, wanted: Wanted): Promise<Reconciled> {
  return store.transaction(async (tx) => {
    const work = new Reconciliation(tx, wanted);
    await work.run();
    return { report: work.report, rooms: work.rooms };
  });
}

class Reconciliation {
  readonly report = { added: 0, changed: 0, removed: 0, unchanged: 0 };
  readonly rooms = new Set<string>();
  readonly #tx: Store;
  readonly #wanted: Wanted;
  #demos = new Map<string, DemoRecord>();
  #bookings = new Map<string, BookingRecord>();

  constructor(tx: Store, wanted: Wanted) {
    this.#tx = tx;
    this.#wanted = wanted;
  }

  async run(): Promise<void> {
    const { source, demos, bookings } = this.#wanted;
    this.#demos = new Map((await this.#tx.demos.ofSource(source)).map((one) => [identity(one), one]));
    this.#bookings = new Map((await this.#tx.bookings.ofSource(source)).map((one) => [identity(one), one]));
    const moved = this.#moved();
    for (const draft of demos) await this.#demo(draft, moved.get(draft));
    for (const draft of bookings) await this.#booking(draft);
    await this.#removeRest();
  }

  /**
   * A single event that is moved has another identity, because it is told by its start. What is left over of one UID on
   * both sides, at no great distance, is the same visit at another time.
   */
  #moved(): Map<WantedDemo, DemoRecord> {
    const known = new Set(this.#wanted.demos.map(identity));
    const left = [...this.#demos.values()].filter((one) => !known.has(identity(one)) && this.#isCompared(one));
    const moved = new Map<WantedDemo, DemoRecord>();
    for (const draft of this.#wanted.demos) {
      if (this.#demos.has(identity(draft))) continue;
      const index = left.findIndex(
        (one) => one.uid === draft.uid && Math.abs(one.start_ms - draft.start_ms) <= FARTHEST_MOVE,
      );
      if (index >= 0) moved.set(draft, left.splice(index, 1)[0] as DemoRecord);
    }
    return moved;
  }

  async #demo(draft: WantedDemo, moved: DemoRecord | undefined): Promise<void> {
    const known = moved ?? this.#demos.get(identity(draft));
    const wasBooking = this.#bookings.get(identity(draft));
    this.#demos.delete(identity(known ?? draft));
    this.#bookings.delete(identity(draft));
    if (wasBooking !== undefined) await this.#tx.bookings.remove(wasBooking.id);
    if (known !== undefined && isSameDemo(known, draft)) this.report.unchanged += 1;
    else {
      if (known === undefined) await this.#tx.demos.add(draft);
      else await this.#tx.demos.put(known.id, await this.#placed(known, draft));
      this.#count(draft, known, wasBooking);
    }
  }

  /** A visit that somebody has moved, and whose source now gives it another hour, stays where it is only while nothing else is there. */
  async #placed(known: DemoRecord, draft: WantedDemo): Promise<DemoDraft> {
    const next = mergedDraft(known, draft);
    const { moved_from, ...rest } = next;
    if (moved_from === undefined || isSameTime(known, next)) return next;
    const taken = await takenBy(this.#tx, { ...next, id: known.id }, known.key);
    return taken === undefined ? next : { ...rest, site: draft.site, room: draft.room };
  }

  async #booking(draft: WantedBooking): Promise<void> {
    const id = identity(draft);
    const known = this.#bookings.get(id);
    const wasDemo = this.#demos.get(id);
    this.#bookings.delete(id);
    this.#demos.delete(id);
    if (wasDemo !== undefined) await this.#tx.demos.remove(wasDemo.id);
    if (known !== undefined && isSameTime(known, draft)) this.report.unchanged += 1;
    else {
      await this.#tx.bookings.put(draft);
      this.#count(draft, known, wasDemo);
    }
  }

  async #removeRest(): Promise<void> {
    const unread = this.#wanted.unread ?? new Set();
    for (const demo of this.#demos.values()) {
      if (!this.#isCompared(demo) || unread.has(demo.title)) continue;
      await this.#tx.demos.remove(demo.id);
      this.#removed(demo);
    }
    for (const booking of this.#bookings.values()) {
      if (!this.#isCompared(booking)) continue;
      await this.#tx.bookings.remove(booking.id);
      this.#removed(booking);
    }
  }

  #isCompared({ start_ms, end_ms }: { start_ms: number; end_ms: number }): boolean {
    const { window } = this.#wanted;
    return window !== undefined && end_ms > window.from_ms && start_ms < window.to_ms;
  }

  #count(now: Timed, ...before: readonly (Timed | undefined)[]): void {
    this.report[before.every((one) => one === undefined) ? "added" : "changed"] += 1;
    for (const one of [now, ...before]) if (one !== undefined) this.rooms.add(roomKey(one.site, one.room));
  }

  #removed(one: Timed): void {
    this.report.removed += 1;
    this.rooms.add(roomKey(one.site, one.room));
  }
}

const identity = (one: { uid: string; recurrence: string }): string => JSON.stringify([one.uid, one.recurrence]);

interface Timed {
  site: string;
  room: string;
  start_ms: number;
  end_ms: number;
}
const isSameTime = (a: Timed, b: Timed): boolean =>
  a.site === b.site && a.room === b.room && a.start_ms === b.start_ms && a.end_ms === b.end_ms;

function isSameDemo(known: DemoRecord, draft: DemoDraft): boolean {
  const next = mergedDraft(known, draft);
  const told = [
    "arrival_ms",
    "title",
    "account",
    "host",
    "target",
    "value_eur",
    "template",
    "template_by",
    "access",
  ] as const;
  return (
    isSameTime(known, next) &&
    told.every((key) => known[key] === next[key]) &&
    JSON.stringify(known.needs) === JSON.stringify(next.needs)
  );
}

import type { Demo, MaintenanceWindow, RoomDemos, RoomMaintenance } from "#contract/messages/room.ts";
import { hours, instant, rfc3339, type Instant } from "#contract/units.ts";
import type { BookingRecord } from "../store/bookings.ts";
import type { DemoRecord } from "../store/demos.ts";
import type { MaintenanceRecord } from "../store/maintenance.ts";
import type { Store } from "../store/open-store.ts";
import { given } from "../store/present.ts";
import type { RoomRecord } from "../store/rooms.ts";

/** The gateway is told of this much of the future. */
export const AHEAD = hours(48);
/** Screens still show what ended this long ago: the day's visits. */
export const BEHIND = hours(12);
/** A plan is read again at least this often; it holds this much more than is told, so that nothing enters unseen. */
const LOOK = hours(1);
const MOST_DEMOS = 200;
const MOST_BOOKINGS = 500;
const MOST_WINDOWS = 200;

/** What is planned in a room around now. */
export interface RoomPlan extends RoomRecord {
  demos: readonly DemoRecord[];
  bookings: readonly BookingRecord[];
  windows: readonly MaintenanceRecord[];
  /** When it changes by the mere passing of time, at the latest when it has to be read again. */
  until: Instant;
}

export async function readRoomPlan(store: Store, record: RoomRecord, now: Instant): Promise<RoomPlan> {
  const span = { from_ms: now - BEHIND, to_ms: now + AHEAD + LOOK };
  const where = { site: record.site, room: record.room };
  const [demos, bookings, windows] = await Promise.all([
    store.demos.within(span, where),
    store.bookings.within(span, where),
    store.maintenance.within(span, where),
  ]);
  const boundaries = [
    now + LOOK,
    ...demos.flatMap((demo) => [
      demo.start_ms - AHEAD,
      demo.start_ms,
      demo.arrival_ms,
      demo.end_ms,
      demo.end_ms + BEHIND,
    ]),
    ...bookings.flatMap((booking) => [booking.start_ms - AHEAD, booking.end_ms]),
    ...windows.flatMap((window) => [window.start_ms - AHEAD, window.start_ms, window.end_ms]),
  ];
  const until = boundaries.reduce((least, at) => (at > now && at < least ? at : least), now + LOOK);
  return { ...record, demos, bookings, windows, until: instant(until) };
}

const isTold = (thing: { start_ms: number; end_ms: number }, now: Instant): boolean =>
  thing.end_ms > now && thing.start_ms <= now + AHEAD;
const time = (ms: number): string => rfc3339(instant(ms));

/** The demos and bookings as the gateway is told them. */
export function demosOnWire(plan: RoomPlan, now: Instant): RoomDemos {
  const demos = plan.demos.filter((demo) => isTold(demo, now)).slice(0, MOST_DEMOS);
  const bookings = plan.bookings.filter((booking) => isTold(booking, now)).slice(0, MOST_BOOKINGS);
  return {
    at: rfc3339(now),
    demos: demos.map(demoOnWire),
    bookings: bookings.map((booking) => ({ start: time(booking.start_ms), end: time(booking.end_ms) })),
  };
}

const demoOnWire = (demo: DemoRecord): Demo => {
  const { account, host, value_eur, access, template } = demo;
  const { needs, target } = demo.asked;
  return {
    id: demo.id,
    title: demo.title,
    ...given({ account, host, target, value_eur, access, template }),
    start: time(demo.start_ms),
    end: time(demo.end_ms),
    arrival: time(demo.arrival_ms),
    needs,
  };
};

/** The maintenance windows as the gateway is told them. */
export function maintenanceOnWire(plan: RoomPlan, now: Instant): RoomMaintenance {
  const windows = plan.windows.filter((window) => isTold(window, now)).slice(0, MOST_WINDOWS);
  return { at: rfc3339(now), windows: windows.map(windowOnWire) };
}

export const windowOnWire = (window: MaintenanceRecord): MaintenanceWindow => ({
  id: window.id,
  start: time(window.start_ms),
  end: time(window.end_ms),
  reason: window.reason,
});

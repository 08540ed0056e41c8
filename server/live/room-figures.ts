import type { RoomView } from "#contract/api/views.ts";
import type { Instant } from "#contract/units.ts";
import type { LiveView } from "./live-view.ts";

/** A room in the few numbers that a building's own monitoring draws and watches. */
export interface RoomFigures {
  site: string;
  room: string;
  /** 0 ready, 1 degraded, 2 unknown, 3 not ready; without a current verdict it is unknown. */
  outcome: number;
  score: number;
  alerts: number;
  /** Until the next visit arrives; below 0 while it is there. */
  next_visit_s: number | undefined;
  /** Until somebody must act at the latest; below 0 once that has passed. */
  act_by_s: number | undefined;
}

const OUTCOMES: Readonly<Record<RoomView["outcome"], number>> = { ready: 0, degraded: 1, unknown: 2, not_ready: 3 };
/** Each room is a handful of time series at whoever collects them; more rooms than this are left out, and counted. */
const MOST_ROOMS = 1_000;

/** Every room's figures, in the order of their names; no client's name is among them. */
export function roomFigures(view: LiveView, now: Instant): { rooms: RoomFigures[]; leftOut: number } {
  const until = (at: string | undefined): number | undefined =>
    at === undefined ? undefined : Math.round((Date.parse(at) - now) / 1_000);
  const demos = new Map(view.demos().map((demo) => [demo.view.id, demo.view]));
  const actBy = new Map<string, string>();
  const alerts = new Map<string, number>();
  for (const alert of view.alerts()) {
    if (alert.status === "resolved") continue;
    alerts.set(alert.room_key, (alerts.get(alert.room_key) ?? 0) + 1);
    const known = actBy.get(alert.room_key);
    if (known === undefined || alert.act_by < known) actBy.set(alert.room_key, alert.act_by);
  }
  const all = view.rooms().toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const rooms = all.slice(0, MOST_ROOMS).map((room) => {
    const next = room.next_demo === undefined ? undefined : demos.get(room.next_demo);
    const isCurrent = room.currency === "live";
    return {
      site: room.site,
      room: room.room,
      outcome: isCurrent ? OUTCOMES[room.outcome] : OUTCOMES.unknown,
      score: room.score,
      alerts: alerts.get(room.key) ?? 0,
      next_visit_s: until(next?.arrival),
      act_by_s: until(actBy.get(room.key)),
    };
  });
  return { rooms, leftOut: all.length - rooms.length };
}

import type { AlertView, DemoView, RoomView } from "#contract/api/views.ts";
import type { Alternative } from "#contract/messages/alert.ts";
import { makeAlert } from "./sample-alerts.ts";

/** Visits that another room is kept for, and the room. */
const kept = [
  ["demo-heron", "Osprey", 0.86],
  ["demo-rowan", "Hazel", 0.74],
  ["demo-linden", "Maple", 0.91],
] as const;
/** Rooms that no visit needs today, and what is wrong there. */
const toMend: Readonly<Record<string, Pick<RoomView, "outcome" | "score" | "sentence">>> = {
  sorrel: { outcome: "not_ready", score: 40, sentence: "Projector reports a lamp error since Monday 16:20." },
  stanley: {
    outcome: "unknown",
    score: 55,
    sentence: "Can't tell the room's temperature: Air sensor has been silent since 06:12.",
  },
  aspen: { outcome: "not_ready", score: 35, sentence: "Display does not answer since yesterday 17:05." },
};

/** What facilities need not act on at once: rooms kept in case, and the daily list. */
export function addCalm(
  rooms: readonly RoomView[],
  demos: readonly DemoView[],
  alerts: AlertView[],
  now: number,
): void {
  for (const [id, name, p] of kept) {
    const demo = demos.find((one) => one.id.startsWith(id));
    const room = rooms.find((one) => one.key === demo?.room_key);
    const other = rooms.find((one) => one.name === name);
    if (demo === undefined || room === undefined || other === undefined) throw new Error(`no visit ${id}`);
    const alternative: Alternative = {
      room: other.key,
      name: other.name,
      floor: other.floor,
      p_ready: 0.98,
      fit: 1,
      storeys: 0,
      displaces: 0,
      held_until: demo.arrival,
    };
    const standby = makeAlert(now, {
      room,
      demo,
      cause: `standby:${demo.id}`,
      title: "The room may not be ready in time",
      sentence: "The room may not be ready in time. Go to the room that is kept, if this one is not ready.",
      actBy: Date.parse(demo.arrival),
      p,
      steps: [["Go to the room that is kept, if this one is not ready", 10, 15]],
      alternatives: [alternative],
    });
    alerts.push({ ...standby, id: `standby-${demo.id}` });
  }
  for (const room of rooms) Object.assign(room, toMend[room.room] ?? {});
}

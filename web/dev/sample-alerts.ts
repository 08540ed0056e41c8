import type { AlertView, DemoView, RoomView } from "#contract/api/views.ts";
import type { AlertEvent, Alternative } from "#contract/messages/alert.ts";

/** What an alert of the sample building is about. */
export interface AlertStory {
  room: RoomView;
  demo?: DemoView;
  cause: string;
  title: string;
  sentence: string;
  actBy: number;
  p: number;
  /** Label, median and 90th percentile in minutes. */
  steps: readonly (readonly [string, number, number])[];
  assignee?: string;
  /** Why nobody has been told. */
  untold?: string;
  benefit?: number;
  alternatives?: readonly Alternative[];
}

const MINUTE = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();

export function makeAlert(now: number, story: AlertStory): AlertView {
  const { room, demo } = story;
  const raised = Math.min(now - 6 * MINUTE, story.actBy - 17 * MINUTE);
  const left = story.actBy - now;
  const history: AlertEvent[] = [
    { at: iso(raised), event: "raised", note: story.title },
    story.untold === undefined
      ? { at: iso(raised + 4_000), event: "notified", note: "e-mail to facilities" }
      : {
          at: iso(raised + 4_000),
          event: "held",
          note: `${story.untold}: facilities has been sent as much as anybody reads`,
        },
  ];
  if (story.assignee !== undefined)
    history.push({ at: iso(now - 10 * MINUTE), event: "acknowledged", by: story.assignee });
  if (left < 0) history.push({ at: iso(story.actBy), event: "past_act_by", note: "Moving is now the better remedy" });
  const arrival = demo === undefined ? story.actBy : Date.parse(demo.arrival);
  return {
    id: demo === undefined ? `alert-${room.room}` : `alert-${demo.id.slice(5)}`,
    at: iso(now - MINUTE),
    cause: story.cause,
    title: story.title,
    sentence: story.sentence,
    rooms: [room.key],
    status: story.assignee === undefined ? "open" : "acknowledged",
    priority: left < 10 * MINUTE ? 1 : left < 60 * MINUTE ? 2 : 3,
    raised_at: iso(raised),
    act_by: iso(story.actBy),
    p_ready: story.p,
    steps: story.steps.map(([label, p50, p90], index) => ({
      remedy: label.toLowerCase().replaceAll(" ", "-"),
      label,
      p50_min: p50,
      p90_min: p90,
      act_by: iso(index === 0 ? story.actBy : arrival - p90 * MINUTE),
    })),
    level: left < 0 ? 1 : 0,
    notifications: [],
    history,
    held: story.untold === undefined ? {} : { [story.untold]: 1 },
    ...(story.benefit === undefined ? {} : { benefit: story.benefit }),
    room_key: room.key,
    room_name: room.name,
    floor: room.floor,
    zone: room.zone,
    ...(demo === undefined ? {} : { demo: demo.id, demo_title: demo.account ?? demo.title, arrival: demo.arrival }),
    ...(story.alternatives === undefined ? {} : { alternatives: [...story.alternatives] }),
    ...(story.assignee === undefined ? {} : { assignee: story.assignee }),
  };
}

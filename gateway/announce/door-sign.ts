import type { DoorSign } from "#contract/messages/door.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import type { Demo, RoomCard } from "#contract/messages/room.ts";
import { type Instant, rfc3339 } from "#contract/units.ts";

export interface DoorToSign {
  card: RoomCard;
  demos: readonly Demo[];
  readiness: RoomReadiness;
  alerts: number;
  withTitles: boolean;
}

/** The room in a few flat words: as it is now, and the visit that comes next or is in it. */
export function decideDoorSign({ card, demos, readiness, alerts, withTitles }: DoorToSign, now: Instant): DoorSign {
  const next = readiness.demos.find((demo) => Date.parse(demo.end) > now);
  const verdict = readiness.now;
  const title = withTitles ? demos.find((demo) => demo.id === next?.demo)?.title : undefined;
  return {
    at: rfc3339(now),
    name: card.name,
    floor: card.floor,
    outcome: verdict.outcome,
    score: Math.round(verdict.score),
    sentence: verdict.sentence,
    alerts,
    ...(next !== undefined && {
      next_status: next.status,
      next_start: next.start,
      next_end: next.end,
      next_p_ready: Math.round(next.p_ready * 100) / 100,
      ...(next.act_by !== undefined && { next_act_by: next.act_by }),
      ...(title !== undefined && { next_title: title }),
    }),
  };
}

/** Whether anything is new but the moment it was said. */
export function isNewSign(before: DoorSign | undefined, after: DoorSign): boolean {
  if (before === undefined) return true;
  const { at: _before, ...a } = before;
  const { at: _after, ...b } = after;
  return JSON.stringify(a) !== JSON.stringify(b);
}

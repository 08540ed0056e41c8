import type { DemoReadiness } from "#contract/messages/readiness.ts";
import type { Demo } from "#contract/messages/room.ts";
import { type Instant, rfc3339, seconds } from "#contract/units.ts";
import { at, type Judgement, type Member, visitOf } from "./finding.ts";
import { kindOf } from "./policy.ts";

const KIND = "standby";
/** Time to go to the room that is kept. */
const MOVE = { p50_min: 10, p90_min: 15 };

/**
 * Visits that may fail, each with all of its causes together: shortly before arrival another room is kept for it, and its host
 * is told. Most rooms turn out ready and nobody walks; nobody is sent anywhere to find out.
 */
export function standbysOf(judgement: Judgement, now: Instant): Member[] {
  const standbys: Member[] = [];
  for (const readiness of judgement.readiness.demos) {
    if (readiness.causes.length === 0) continue;
    const demo = judgement.demos.find((each) => each.id === readiness.demo);
    if (demo !== undefined && at(demo.end) > now) standbys.push(standbyOf(judgement, readiness, demo));
  }
  return standbys;
}

/** Whether a cause, or an alert's, is that of a room kept in case. */
export const isStandby = (cause: string): boolean => kindOf(cause) === KIND;

function standbyOf(judgement: Judgement, { p_ready }: DemoReadiness, demo: Demo): Member {
  const arrival = at(demo.arrival);
  const label = "Go to the room that is kept, if this one is not ready";
  return {
    ...visitOf(judgement, demo),
    actBy: arrival,
    risk: 1 - p_ready,
    cause: {
      cause: `${KIND}:${demo.id}`,
      checks: [],
      sentence: "The room may not be ready in time",
      p_ready,
      act_by: rfc3339(arrival),
      steps: [{ remedy: "move", label, ...MOVE, act_by: rfc3339(arrival) }],
    },
    isSilence: false,
    since: at(judgement.readiness.at),
    reportInterval: seconds(0),
  };
}

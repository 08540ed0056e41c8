import type { Outcome } from "#contract/messages/common.ts";
import type { DemoStatus } from "#contract/messages/readiness.ts";

/** Every state that a room or a visit can show: a demo's status; a room's outcome is a part of it. */
export type Status = DemoStatus;

export const statusWords: Readonly<Record<Status, string>> = {
  ready: "Ready",
  degraded: "Usable",
  not_ready: "Not ready",
  unknown: "Can't tell",
  at_risk: "At risk",
  too_late: "Plan B",
  maintenance: "In maintenance",
};

/** In the middle of a sentence: "2 at risk". */
export const statusWordsInside: Readonly<Record<Status, string>> = {
  ready: "ready",
  degraded: "usable",
  not_ready: "not ready",
  unknown: "can't tell",
  at_risk: "at risk",
  too_late: "on plan B",
  maintenance: "in maintenance",
};

/** From what needs eyes first to what needs none. */
export const statusOrder: readonly Status[] = [
  "too_late",
  "not_ready",
  "at_risk",
  "unknown",
  "maintenance",
  "degraded",
  "ready",
];
export const urgencyOf = (status: Status): number => statusOrder.indexOf(status);

/** What a room shows: an open maintenance window speaks before its outcome. */
export const roomStatus = (room: { outcome: Outcome; maintenance?: unknown }): Status =>
  room.maintenance === undefined ? room.outcome : "maintenance";

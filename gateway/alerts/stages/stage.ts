import type { Notification } from "#contract/messages/alert.ts";
import type { Instant, Millis } from "#contract/units.ts";
import type { Allowance } from "../budget.ts";
import type { AlertPolicy } from "../policy.ts";
import type { Priority } from "../priority.ts";

/** Why something was not raised or not said. Counted in the alert's `held` under this name. */
export type HeldReason =
  | "not-sustained"
  | "same-root-cause"
  | "in-maintenance"
  | "demo-running"
  | "nudged"
  | "too-late"
  | "trusted"
  | "snoozed"
  | "duplicate"
  | "over-budget";

/** One room's facts that may keep an alert about it quiet for now. */
export interface RoomFacts {
  /** End of the maintenance window that is open now. */
  maintenanceUntil?: Instant;
  /** End of the visit that is running now, and whether it is the endangered one itself. */
  visitUntil?: Instant;
  isOwnVisit?: boolean;
}

/** What a message would be. */
export interface MessageFacts {
  key: string;
  contact: string;
  /** When the news came up that it tells. */
  newsAt: Instant;
  /** What this contact has been sent about this alert, in this episode. */
  told: readonly Notification[];
  /** What this contact may be sent now. */
  allowance: Allowance;
  /** How many messages that are of more use to this contact wait too. */
  ahead: number;
  /** It tells that something is over: nobody has to act on it. */
  isOver: boolean;
}

/** Everything that stages decide on: plain values, no I/O. */
export interface Facts {
  now: Instant;
  policy: AlertPolicy;
  cause: string;
  actBy: Instant;
  priority: Priority;
  /** Since when the cause has been seen as it is. */
  since: Instant;
  isSilence: boolean;
  reportInterval: Millis;
  /** One entry per endangered visit. */
  rooms: readonly RoomFacts[];
  /** Another live cause that takes this one along, or the alert that already tells this one for an earlier visit. */
  explainedBy?: { by: string; until?: Instant };
  snoozedUntil?: Instant;
  /** How much chance a call now still gains, by mending or by a move. */
  gain: number;
  /** People have been told of it before. */
  isReopening: boolean;
  /** The highest risk among its visits. */
  risk: number;
  /** Until when the room of the first visit is booked before it. */
  bookedUntil?: Instant;
  /** Since when the room's own panel has been asking for what would mend it. */
  nudgedSince?: Instant;
  message?: MessageFacts;
}

export interface Held {
  reason: HeldReason;
  /** For people: what it waits for. */
  note: string;
  /** When to look again, where time alone ends it. */
  until?: Instant;
}

/** A reason to hold back. `alert`: no alert is raised while it holds (and an open one stays quiet); `message`: only the message waits. */
export interface Stage {
  reason: HeldReason;
  holds: "alert" | "message";
  decide(facts: Facts): Omit<Held, "reason"> | undefined;
}

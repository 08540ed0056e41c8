import { z } from "zod";
import { At, Probability } from "./common.ts";
import { RemedyStep } from "./readiness.ts";

/** Whether there was anything to mend; `only_watching`: what was silent had worked all along. */
export const Found = z.enum(["mended", "only_watching", "nothing_wrong"]);
export type Found = z.infer<typeof Found>;

export const AlertEvent = z.object({
  at: At,
  event: z.enum([
    "raised",
    "changed",
    "acknowledged",
    "assigned",
    "snoozed",
    "woken",
    "escalated",
    "notified",
    "notify_failed",
    "held",
    "past_act_by",
    "resolved",
    "reopened",
    "closed",
  ]),
  by: z.string().optional(),
  note: z.string().optional(),
  /** With `resolved` by a person: what they found. */
  found: Found.optional(),
});
export type AlertEvent = z.infer<typeof AlertEvent>;

/**
 * A message to one person through one channel. `sending` is written durably before the message leaves, so that a restart
 * never sends it again; a `sending` found at start becomes `unconfirmed` and escalates sooner instead.
 */
export const Notification = z.object({
  key: z.string(),
  channel: z.string(),
  to: z.string(),
  at: At,
  state: z.enum(["sending", "sent", "failed", "unconfirmed"]),
  error: z.string().optional(),
});
export type Notification = z.infer<typeof Notification>;

/** Another room for a visit at risk. */
export const Alternative = z.object({
  /** `site/room` */
  room: z.string(),
  name: z.string(),
  floor: z.string(),
  /** P(ready at arrival) for this visit's needs. */
  p_ready: Probability,
  /** How well it suits the needs: 1 exactly, less when far too large. */
  fit: z.number().min(0).max(1),
  /** How far it is from the visit's own room: storeys, and metres where known. */
  storeys: z.int().min(0),
  metres: z.number().min(0).optional(),
  /** How many bookings that are no visits would have to give way. */
  displaces: z.int().min(0),
  /** Kept free for this visit until then. */
  held_until: At.optional(),
});
export type Alternative = z.infer<typeof Alternative>;

/** One visit that the cause of an alert endangers. */
export const AlertMember = z.object({
  /** `site/room` */
  room: z.string(),
  demo: z.string(),
  title: z.string(),
  arrival: At,
  end: At,
  act_by: At,
  p_ready: Probability,
  /** The room that is kept free for this visit. */
  alternative: Alternative.optional(),
});
export type AlertMember = z.infer<typeof AlertMember>;

/** The alert and its history. Its id derives from (room, demo, cause). Retained until closed. */
export const Alert = z.looseObject({
  id: z.string(),
  at: At,
  /** The cause; shared by every room and demo that it takes along. */
  cause: z.string(),
  title: z.string(),
  sentence: z.string(),
  demo: z.string().optional(),
  demo_title: z.string().optional(),
  arrival: At.optional(),
  /** Rooms that the same cause takes along, this one included: `site/room`. */
  rooms: z.array(z.string()),
  status: z.enum(["open", "acknowledged", "snoozed", "resolved"]),
  /** 1: past act-by or less than 10 min to it; 2: less than 60 min; 3: later. */
  priority: z.int().min(1).max(3),
  raised_at: At,
  act_by: At,
  p_ready: Probability,
  steps: z.array(RemedyStep),
  assignee: z.string().optional(),
  snoozed_until: At.optional(),
  /** Escalation level that has been reached; 0 is the owner. */
  level: z.int().min(0),
  notifications: z.array(Notification),
  history: z.array(AlertEvent),
  /** Why messages were held back, by reason, with a count. */
  held: z.record(z.string(), z.int().min(0)),
  /** The visits that it endangers, soonest act-by first; `demo`, `arrival` and `act_by` are those of the first. */
  members: z.array(AlertMember).optional(),
  /** How many times it has been reopened. */
  episode: z.int().min(0).optional(),
  /** When each step of the escalation was reached in this episode: `raised`, `lead`, `past_act_by`, `offer_move`, `resolved`. */
  reached: z.record(z.string(), At).optional(),
  /** Where else the first visit could go, the best first. */
  alternatives: z.array(Alternative).max(5).optional(),
  /** Risk times P(mended in time if somebody starts now): by this a full budget chooses what to say. */
  benefit: z.number().min(0).max(1).optional(),
});
export type Alert = z.infer<typeof Alert>;

export const AlertReply = z.looseObject({
  at: At,
  reply: z.enum(["acknowledge", "assign", "snooze", "resolve"]),
  by: z.string().min(1).max(128),
  assignee: z.string().max(128).optional(),
  until: At.optional(),
  note: z.string().max(1_000).optional(),
  /** With `resolve`: what was found. The forecast learns from it which calls were false. */
  found: Found.optional(),
});
export type AlertReply = z.infer<typeof AlertReply>;

/** A friendly word on the room's own panel, where it costs nobody a walk. Retained; over after `until`. */
export const Nudge = z.looseObject({
  at: At,
  until: At,
  demo: z.string(),
  nudge: z.enum(["wrap_up", "reset_visit"]),
  text: z.string().max(280),
});
export type Nudge = z.infer<typeof Nudge>;

/** What the gateway must remember of a site over a restart: what all its rooms taught. Opaque to others. */
export const SiteMemory = z.looseObject({ at: At, version: z.int(), state: z.unknown() });
export type SiteMemory = z.infer<typeof SiteMemory>;

/** What the gateway must remember of a room over a restart: last values, settled states, what was learned. Opaque to others. */
export const RoomMemory = z.looseObject({ at: At, version: z.int(), state: z.unknown() });
export type RoomMemory = z.infer<typeof RoomMemory>;

/** What people's screens and programs ask of the server. */
import { z } from "zod";
import { Id, RoomKey } from "../ids.ts";
import { Found } from "../messages/alert.ts";
import { At, Probability } from "../messages/common.ts";
import { Needs } from "../messages/room.ts";
import { DemoView, Role, RoomView } from "./views.ts";

/** RFC 9457 problem details, with our stable code. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ where: z.string(), why: z.string() })).optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;

export const Me = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: Role,
    /** Send it back as `x-csrf-token` with every change. */ csrf: z.string(),
  })
  .meta({ id: "Me" });
export type Me = z.infer<typeof Me>;

export const SignIn = z.object({ email: z.string().max(254), password: z.string().max(1_024) });
export const SignInLink = z.object({ token: z.string().min(16).max(256) });

export const DemoInput = z
  .object({
    room: RoomKey,
    title: z.string().min(1).max(256),
    account: z.string().max(128).optional(),
    host: z.string().max(128).optional(),
    start: At,
    end: At,
    arrival: At.optional(),
    /** What it needs beside or instead of its template: key by key this wins. */
    needs: Needs.optional(),
    target: z.number().min(0.5).max(0.999).optional(),
    value_eur: z.number().min(0).optional(),
    /** The template's id; `null` for none. Unsaid, a new visit gets one by its words, and a known one keeps its own. */
    template: Id.nullable().optional(),
    /** Whether door, host and badge are arranged. */
    access: z.enum(["arranged", "missing"]).optional(),
  })
  .meta({ id: "DemoInput" });
export type DemoInput = z.infer<typeof DemoInput>;

export const MoveInput = z.object({ room: RoomKey }).meta({ id: "MoveInput" });
export type MoveInput = z.infer<typeof MoveInput>;

/** A visit in its new room, and the bookings there that have to give way. */
export const DemoMoved = z
  .object({ demo: DemoView, displaced: z.array(z.object({ start: At, end: At })) })
  .meta({ id: "DemoMoved" });
export type DemoMoved = z.infer<typeof DemoMoved>;

export const ImportReport = z
  .object({
    added: z.int(),
    changed: z.int(),
    removed: z.int(),
    unchanged: z.int(),
    faults: z.array(z.object({ where: z.string(), why: z.string() })),
  })
  .meta({ id: "ImportReport" });
export type ImportReport = z.infer<typeof ImportReport>;

export const CalendarInput = z
  .object({
    name: Id,
    url: z.url().max(2_048).optional(),
    ics: z.string().max(8_388_608).optional(),
    room: RoomKey.optional(),
    /** Only events whose summary or categories contain this are demos; the rest are bookings. */ demo_marker: z
      .string()
      .max(64)
      .optional(),
    refresh_min: z.int().min(1).max(1_440).optional(),
  })
  .meta({ id: "CalendarInput" });
export type CalendarInput = z.infer<typeof CalendarInput>;

export const MaintenanceInput = z
  .object({ room: RoomKey, start: At, end: At, reason: z.string().min(1).max(256) })
  .meta({ id: "MaintenanceInput" });
export type MaintenanceInput = z.infer<typeof MaintenanceInput>;

export const ReplyInput = z
  .object({
    reply: z.enum(["acknowledge", "assign", "snooze", "resolve"]),
    assignee: z.string().max(128).optional(),
    until: At.optional(),
    note: z.string().max(1_000).optional(),
    /** With `resolve`: what it was. Greenroom learns from it which calls were false. */
    found: Found.optional(),
  })
  .meta({ id: "ReplyInput" });
export type ReplyInput = z.infer<typeof ReplyInput>;

/** "Can I promise this": a time, needs and, if it matters, a room. */
export const PromiseInput = z
  .object({ start: At, end: At, room: RoomKey.optional(), needs: Needs })
  .meta({ id: "PromiseInput" });
export type PromiseInput = z.infer<typeof PromiseInput>;

export const PromiseOption = z.object({
  room: RoomView,
  /** `yes` ≥ 95 %, `likely` ≥ 80 %, `uncertain` ≥ 50 %, else `no`; `no` also where it is booked or cannot do what is needed. */
  answer: z.enum(["yes", "likely", "uncertain", "no"]),
  p_ready: Probability,
  basis: z.enum(["learned", "prior"]),
  /** The one reason that matters. */
  reason: z.string(),
  /** What would have to be done. */
  to_do: z.array(z.string()),
  fits: z.boolean(),
  free: z.boolean(),
});
export type PromiseOption = z.infer<typeof PromiseOption>;

/** Best first; the room that was asked for, if any, stands alone in `asked`. */
export const PromiseAnswer = z
  .object({ at: At, asked: PromiseOption.optional(), options: z.array(PromiseOption) })
  .meta({ id: "PromiseAnswer" });
export type PromiseAnswer = z.infer<typeof PromiseAnswer>;

/** A chart's series: instants in epoch ms; `null` where nothing was reported, so that a gap is drawn as one. */
export const HistorySeries = z.object({
  device: z.string(),
  metric: z.string(),
  unit: z.string(),
  step_s: z.number(),
  at_ms: z.array(z.number()),
  mean: z.array(z.number().nullable()),
  min: z.array(z.number().nullable()),
  max: z.array(z.number().nullable()),
});
export const HistoryAnswer = z
  .object({ room: z.string(), from: At, to: At, series: z.array(HistorySeries) })
  .meta({ id: "History" });
export type HistoryAnswer = z.infer<typeof HistoryAnswer>;

/** A message that was refused: kept aside, with its reason. */
export const RejectedView = z
  .object({
    id: z.int(),
    at: At,
    topic: z.string(),
    code: z.string(),
    where: z.string(),
    why: z.string(),
    sender: z.string().optional(),
    payload: z.string(),
    count: z.int(),
  })
  .meta({ id: "Rejected" });
export type RejectedView = z.infer<typeof RejectedView>;

export const AgentView = z
  .object({
    agent: z.string(),
    /** What signs in with it, where it is no agent: a panel that only reads. */
    role: z.enum(["panel"]).optional(),
    rooms: z.array(z.string()),
    /** What a panel may read. */
    topics: z.array(z.string()).optional(),
    state: z.enum(["online", "offline", "never"]),
    since: At.optional(),
    created_at: At,
    devices: z.int(),
    waiting: z.int().optional(),
    dropped: z.int().optional(),
    /** Its last sign-in to the broker. */
    seen_at: At.optional(),
    certificate: z.object({ serial: z.string(), issued_at: At, expires_at: At }).optional(),
    /** It may enrol by a code until then. */
    code_until: At.optional(),
  })
  .meta({ id: "Agent" });
export type AgentView = z.infer<typeof AgentView>;

/** An agent with its rooms; or, with `reads`, a panel that only reads (door signs of these rooms or of all). */
export const AgentInput = z
  .object({
    agent: Id,
    rooms: z.array(RoomKey).min(1).max(1_000).optional(),
    reads: z.enum(["door-signs", "home-assistant"]).optional(),
  })
  .refine(({ rooms, reads }) => rooms !== undefined || reads !== undefined, {
    path: ["rooms"],
    message: "are needed, unless it only reads",
  })
  .meta({ id: "AgentInput" });
/** The key is shown once and stored only as a hash. */
export const AgentCreated = z.object({ agent: z.string(), key: z.string() }).meta({ id: "AgentCreated" });

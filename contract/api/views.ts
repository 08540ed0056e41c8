/** What the server tells people's screens: REST answers and the live feed share these shapes. */
import { z } from "zod";
import { Alert, Nudge } from "../messages/alert.ts";
import { At, Outcome, Probability } from "../messages/common.ts";
import { DemoReadiness, DemoStatus, Evidence, SensorFinding, Verdict } from "../messages/readiness.ts";
import { MaintenanceWindow, Needs, RoomCard } from "../messages/room.ts";

export const Role = z.enum(["viewer", "sales", "facilities", "admin"]);
export type Role = z.infer<typeof Role>;

/** How old what is shown is: `live` while the gateway speaks, `stale` when it has gone quiet, `waiting` before its first word. */
export const Currency = z.enum(["live", "stale", "waiting"]);
export type Currency = z.infer<typeof Currency>;

export const DeviceView = z.object({
  device: z.string(),
  name: z.string(),
  kind: z.string(),
  state: z.enum(["online", "offline", "sleeping", "unreachable", "unknown"]),
  last_seen: At.optional(),
  model: z.string().optional(),
  firmware: z.string().optional(),
  error: z.string().optional(),
});
export type DeviceView = z.infer<typeof DeviceView>;

/** A room on a board: small, because hundreds of them are sent. */
export const RoomView = z
  .object({
    /** `site/room` */
    key: z.string(),
    site: z.string(),
    room: z.string(),
    name: z.string(),
    floor: z.string(),
    zone: z.string(),
    seats: z.int(),
    capabilities: z.array(z.string()),
    currency: Currency,
    at: At.optional(),
    outcome: Outcome,
    score: z.number(),
    sentence: z.string(),
    /** A maintenance window that is open now. */
    maintenance: MaintenanceWindow.optional(),
    temperature_c: z.number().optional(),
    co2_ppm: z.number().optional(),
    occupied: z.boolean().optional(),
    next_demo: z.string().optional(),
    /** A word to those in the room, for its panel. */
    nudge: Nudge.optional(),
  })
  .meta({ id: "Room" });
export type RoomView = z.infer<typeof RoomView>;

/** Everything about one room. */
export const RoomDetail = RoomView.extend({
  verdict: Verdict.optional(),
  score_hi: z.number().optional(),
  card: RoomCard,
  devices: z.array(DeviceView),
  evidence: z.array(Evidence),
  findings: z.array(SensorFinding),
  maintenance_windows: z.array(MaintenanceWindow),
}).meta({ id: "RoomDetail" });
export type RoomDetail = z.infer<typeof RoomDetail>;

/** A demo with what is known of its room's readiness for it. */
export const DemoView = z
  .object({
    id: z.string(),
    room_key: z.string(),
    room_name: z.string(),
    floor: z.string(),
    zone: z.string(),
    title: z.string(),
    /** Left out for viewers (walls and doors show no client names). */
    account: z.string().optional(),
    host: z.string().optional(),
    start: At,
    arrival: At,
    end: At,
    /** What it needs in all: its template's needs, and over them its own. */
    needs: Needs,
    /** What it says itself, beside or instead of its template. */
    own_needs: Needs.optional(),
    /** The template's id and name. */
    template: z.string().optional(),
    template_name: z.string().optional(),
    /** Whether door, host and badge are arranged. */
    access: z.enum(["arranged", "missing"]).optional(),
    /** The room that it was planned in, where somebody has moved it: `site/room`. */
    moved_from: z.string().optional(),
    target: Probability,
    value_eur: z.number().optional(),
    /** `calendar:NAME`, `csv`, `api`, `sample` */
    source: z.string(),
    /** It belongs to whoever asks. */
    mine: z.boolean(),
    currency: Currency,
    status: DemoStatus,
    sentence: z.string(),
    readiness: DemoReadiness.optional(),
    /** Ids of open alerts that concern it. */
    alerts: z.array(z.string()),
    /** Who is on it, in words: "Priya took it at 13:02". */
    being_done: z.string().optional(),
  })
  .meta({ id: "Demo" });
export type DemoView = z.infer<typeof DemoView>;

export const AlertView = Alert.extend({
  room_key: z.string(),
  room_name: z.string(),
  floor: z.string(),
  zone: z.string(),
}).meta({ id: "Alert" });
export type AlertView = z.infer<typeof AlertView>;

/** The state of the system itself, shown in every page's status line. */
export const SystemView = z.object({
  at: At,
  broker: z.boolean(),
  gateway: Currency,
  history: z.enum(["ok", "spooling", "full"]),
  spooled: z.int(),
  rejected_last_hour: z.int(),
});
export type SystemView = z.infer<typeof SystemView>;

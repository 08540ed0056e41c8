import { z } from "zod";
import { Id } from "../ids.ts";
import { At } from "./common.ts";

const deviceKinds = ["sensor", "display", "projector", "codec", "network", "switch", "ups", "other"] as const;
export const capabilities = ["display", "video_call", "audio", "whiteboard", "catering", "step_free"] as const;

export const CardDevice = z.looseObject({
  device: Id,
  name: z.string().max(128),
  kind: z.enum(deviceKinds),
  agent: Id.optional(),
  /** The device whose loss takes this one along (its network switch). */
  upstream: Id.optional(),
  /** Whether its climate metrics speak for the room's air. */
  room_air: z.boolean().optional(),
  /** Whether preflight, power and input commands may be sent to it. */
  control: z.boolean().optional(),
  intervals_s: z.record(z.string(), z.number().positive()).optional(),
  /** Where it was claimed from: the subscription map (or `wire`) and the name it has there (`site/room/device` on the wire). */
  source: z.object({ via: Id, device: z.string().min(1).max(200) }).optional(),
});
export type CardDevice = z.infer<typeof CardDevice>;

/** How long a remedy takes, in minutes: median and 90th percentile, everything included (notice, travel, fix, recovery). */
export const RemedyDuration = z.object({ p50_min: z.number().min(0), p90_min: z.number().min(0) });
export type RemedyDuration = z.infer<typeof RemedyDuration>;

/** The categories of EN 16798-1 as [low, high] pairs: inside `ready` is ready, inside `usable` is degraded. */
export const ComfortBand = z.object({
  ready: z.tuple([z.number(), z.number()]),
  usable: z.tuple([z.number(), z.number()]),
});
export type ComfortBand = z.infer<typeof ComfortBand>;

/** `07:30` */
const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day like 07:30");

/** What a room is and can do. */
export const RoomCard = z.looseObject({
  name: z.string().min(1).max(128),
  floor: z.string().max(64),
  /** IANA time zone in which the room's times are told. */
  zone: z.string().max(64),
  seats: z.int().min(0),
  capabilities: z.array(z.enum(capabilities)),
  devices: z.array(CardDevice).max(200),
  comfort: z
    .object({
      temperature_c: ComfortBand.optional(),
      humidity_pct: ComfortBand.optional(),
      co2_ppm: ComfortBand.optional(),
      noise_dba: ComfortBand.optional(),
      light_lux: ComfortBand.optional(),
    })
    .optional(),
  /** Heating or cooling rate in K/h and vacant air changes per hour, where the site knows better than the defaults. */
  physics: z
    .object({
      warm_k_per_h: z.number().positive().optional(),
      cool_k_per_h: z.number().positive().optional(),
      air_changes_per_h: z.number().positive().optional(),
    })
    .optional(),
  /** Remedy id → duration; what is not named has the default of docs/readiness.md. */
  remedies: z.record(z.string(), RemedyDuration).optional(),
  /** The air handler that serves the room: one cause for every room on it. */
  ahu: Id.optional(),
  /** Where it is: storeys from the ground, and metres on the floor plan where they are known. */
  place: z.object({ storey: z.int(), x_m: z.number().optional(), y_m: z.number().optional() }).optional(),
  /** When climate control runs, in the room's own time; days as 1 (Monday) … 7. */
  hvac: z.object({ on: LocalTime, off: LocalTime, days: z.array(z.int().min(1).max(7)).max(7).optional() }).optional(),
});
export type RoomCard = z.infer<typeof RoomCard>;

export const Needs = z.object({
  people: z.int().min(0).optional(),
  capabilities: z.array(z.enum(capabilities)).optional(),
  comfort: RoomCard.shape.comfort,
  /** Whether the room is to be reset (cleaned, set up) between its last use and the visit, and the reset reported. */
  reset_visit: z.boolean().optional(),
});
export type Needs = z.infer<typeof Needs>;

/** A client visit. */
export const Demo = z.looseObject({
  id: z.string().min(1).max(128),
  title: z.string().max(256),
  account: z.string().max(128).optional(),
  host: z.string().max(128).optional(),
  start: At,
  end: At,
  /** When the client walks in; `start` unless the demo says otherwise. */
  arrival: At,
  needs: Needs,
  /** P(ready at arrival) below which the demo is at risk; 0.95 unless given. */
  target: z.number().min(0.5).max(0.999).optional(),
  value_eur: z.number().min(0).optional(),
  /** Whether door, host and badge are arranged; unsaid, nothing is asked. */
  access: z.enum(["arranged", "missing"]).optional(),
  /** The template that its needs came from. */
  template: z.string().max(64).optional(),
});
export type Demo = z.infer<typeof Demo>;

/** Any booking that is not a demo: it tells when people will be in the room before one. No names. */
export const Booking = z.object({ start: At, end: At });
export type Booking = z.infer<typeof Booking>;

/** Everything of the next 48 h (and what still runs); replaced as a whole. */
export const RoomDemos = z.looseObject({
  at: At,
  demos: z.array(Demo).max(200),
  bookings: z.array(Booking).max(500).optional(),
});
export type RoomDemos = z.infer<typeof RoomDemos>;

export const MaintenanceWindow = z.object({
  id: z.string().min(1).max(128),
  start: At,
  end: At,
  reason: z.string().max(256),
});
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

export const RoomMaintenance = z.looseObject({ at: At, windows: z.array(MaintenanceWindow).max(200) });
export type RoomMaintenance = z.infer<typeof RoomMaintenance>;

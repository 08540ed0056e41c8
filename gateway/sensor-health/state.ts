import { z } from "zod";
import { findingKinds } from "#contract/messages/readiness.ts";
import type { DeviceHealth } from "./device-health.ts";
import type { RoomLife } from "./room-life.ts";
import type { Series } from "./series.ts";

/** What is kept of a room's sensors over a restart. */
export interface SensorHealthState {
  version: 1;
  life: RoomLife;
  devices: DeviceState[];
  /** When something is to be noticed at the earliest; an older state has none. */
  due?: number | undefined;
}
type DeviceState = Omit<DeviceHealth, "series"> & { series: Record<string, Series> };

const number = z.number();

const episode = z.object({
  kind: z.enum(findingKinds),
  metric: z.string(),
  from: number,
  to: number.optional(),
  last: number,
  reports: number,
  worst: number.optional(),
  usual: number.optional(),
  confidence: z.number().min(0).max(1),
  cause: z.string().optional(),
  devices: number.optional(),
  rooms: number.optional(),
});
const ended = episode.required({ to: true });

const cadence = z.object({ reports: number, usualMs: number, longMs: number });

const values = z.object({
  level: z.object({ recent: z.array(number).max(5), next: z.int().min(0).max(4), at: number }),
  suspect: z
    .object({ from: number, value: number, reports: number, implausible: z.boolean(), side: number })
    .optional(),
  range: episode.optional(),
  cleanSince: number,
  cleanReports: number,
  spike: ended.optional(),
  bad: number,
  isGood: z.boolean(),
});

const frozen = z.object({
  value: number,
  from: number,
  reports: number,
  lifeBefore: number,
  longestMs: number,
  first: number,
  lively: z.object({ since: number, mostReports: number }).optional(),
  open: episode.optional(),
});

const restless = z.object({
  from: number,
  unseenMs: number,
  reports: number,
  low: number,
  high: number,
  open: episode.optional(),
});

const firing = z.object({
  quietSince: number,
  unseenMs: number,
  hasFired: z.boolean(),
  usedBefore: number,
  clearlyUsedBefore: number,
  longestMs: number,
  open: episode.optional(),
});

const drift = z.object({
  day: number,
  first: number,
  last: number,
  sum: number,
  count: number,
  low: number,
  baseline: z.array(number).max(10),
  closed: z.object({ day: number, shift: number }).optional(),
  offDays: number,
  offFrom: number,
  open: episode.optional(),
});

const series = z.object({
  last: number,
  cadence,
  values: values.optional(),
  frozen: frozen.optional(),
  restless: restless.optional(),
  firing: firing.optional(),
  drift: drift.optional(),
  sense: z.object({ base: number, at: number, before: number, last: number }).optional(),
  silent: episode.optional(),
});

const device = z.object({
  device: z.string(),
  agent: z.string().optional(),
  knownAt: number,
  heardAt: number,
  isSleeping: z.boolean(),
  told: z.record(z.string(), z.number().positive()),
  toldMs: z.number().min(0),
  cadence,
  series: z.record(z.string(), series),
  silent: episode.optional(),
  neverReported: episode.optional(),
  past: z.array(ended),
});

const state = z.object({
  version: z.literal(1),
  life: z.object({ signs: number, days: number, clearDays: number, lastDay: number, lastClearDay: number }),
  devices: z.array(device),
  due: number.optional(),
});

/** Reads what was kept; `undefined` when it is not this version's, so that the room starts afresh. The result shares nothing with its input. */
export function parseState(kept: unknown): SensorHealthState | undefined {
  const parsed = state.safeParse(kept);
  return parsed.success ? (parsed.data as SensorHealthState) : undefined;
}

import { z } from "zod";
import { At, Outcome, Probability } from "./common.ts";

const checkIds = [
  "display",
  "video_call",
  "audio",
  "network",
  "capacity",
  "capability",
  "maintenance",
  "unoccupied",
  "temperature",
  "co2",
  "humidity",
  "noise",
  "light",
  "sensor_health",
  "reset_visit",
  "access",
  "power",
] as const;
export const CheckId = z.enum(checkIds);
export type CheckId = z.infer<typeof CheckId>;

/** One rule, one outcome, and everything needed to say why. */
export const CheckResult = z.object({
  check: CheckId,
  outcome: Outcome,
  /** A hard check that is not ready blocks the verdict; a soft one only lowers it. */
  hard: z.boolean(),
  /** A stable word for the reason, in UPPER_SNAKE: CO2_HIGH, CODEC_UNREGISTERED, STALE … `OK` when ready. */
  code: z.string(),
  /** One sentence that names the thing, the amount and the time. */
  sentence: z.string(),
  /** When this outcome began. */
  since: At,
  /** Points of 100 that this check costs; all of them add up to 100 − score. */
  lost: z.number().min(0),
  /** 1 fresh … 0 gone. */
  freshness: z.number().min(0).max(1),
  /** The newest instant that this rests on. */
  evidence_at: At.optional(),
  device: z.string().optional(),
  metric: z.string().optional(),
  value: z.union([z.number(), z.boolean(), z.string()]).optional(),
  limit: z.string().optional(),
});
export type CheckResult = z.infer<typeof CheckResult>;

/** The verdict on a room for one set of needs. A score never travels alone. */
export const Verdict = z.object({
  outcome: Outcome,
  score: z.number().min(0).max(100),
  /** The score if everything unknown turned out ready. */
  score_hi: z.number().min(0).max(100),
  confidence: z.number().min(0).max(1),
  /** The worst thing in one sentence, or why it is ready. */
  sentence: z.string(),
  checks: z.array(CheckResult),
});
export type Verdict = z.infer<typeof Verdict>;

/** A remedy of a chain, with the latest moment to start it. */
export const RemedyStep = z.object({
  remedy: z.string(),
  label: z.string(),
  p50_min: z.number(),
  p90_min: z.number(),
  act_by: At,
});
export type RemedyStep = z.infer<typeof RemedyStep>;

/** One cause that endangers a demo. */
export const Cause = z.object({
  /** Stable: `temperature`, `display:proj-1`, `agent:pi-3` … */
  cause: z.string(),
  checks: z.array(CheckId),
  sentence: z.string(),
  /** P(this cause is gone at arrival if nobody acts). */
  p_ready: Probability,
  act_by: At,
  steps: z.array(RemedyStep),
  /** P(mended before arrival if somebody starts now). */
  p_mended: Probability.optional(),
  /** What five more minutes of waiting cost (the fall of risk times `p_mended`) and teach (P(the cause is gone by then)). */
  waiting: z.object({ costs: Probability, teaches: Probability }).optional(),
});
export type Cause = z.infer<typeof Cause>;

/** What the forecast says of one check at arrival. */
export const CheckForecast = z.object({
  check: CheckId,
  /** P(it passes at arrival if nobody acts). */
  p_ready: Probability,
  /** What will be measured, with its standard error, where the check measures. */
  mean: z.number().optional(),
  sigma: z.number().min(0).optional(),
  unit: z.string().optional(),
});
export type CheckForecast = z.infer<typeof CheckForecast>;

const demoStatuses = ["ready", "degraded", "not_ready", "unknown", "at_risk", "too_late", "maintenance"] as const;
export const DemoStatus = z.enum(demoStatuses);
export type DemoStatus = z.infer<typeof DemoStatus>;

/** What the gateway says of one coming demo. */
export const DemoReadiness = z.object({
  demo: z.string(),
  start: At,
  arrival: At,
  end: At,
  status: DemoStatus,
  sentence: z.string(),
  /** The verdict on the room as it is now, for this demo's needs. */
  verdict: Verdict,
  /** The forecast: P(ready at arrival). */
  p_ready: Probability,
  /** `prior` while the room is learning. */
  basis: z.enum(["learned", "prior"]),
  /** The earliest act-by of its causes: until then the room itself can be mended. */
  act_by: At.optional(),
  /** Until when the visit can still be saved: the last link of the chain, another room. */
  deadline: At.optional(),
  causes: z.array(Cause),
  /** The forecast check by check. */
  forecasts: z.array(CheckForecast).optional(),
});
export type DemoReadiness = z.infer<typeof DemoReadiness>;

/** A metric as it is known: `unreachable` when its agent or device is gone, `stale` when reports stopped, `rejected` when its sensor is not believed. */
export const Evidence = z.object({
  device: z.string(),
  metric: z.string(),
  kind: z.enum(["known", "stale", "unreachable", "unknown", "rejected"]),
  value: z.union([z.number(), z.boolean(), z.string()]).optional(),
  /** Of the last reading. */
  at: At.optional(),
  /** Since when it is of this kind. */
  since: At,
  interval_s: z.number().positive(),
});
export type Evidence = z.infer<typeof Evidence>;

export const findingKinds = [
  "out_of_range",
  "stuck",
  "spike",
  "drift",
  "silent",
  "never_fires",
  "never_reported",
  "outage",
] as const;

/** Something wrong with a sensor or its link, not with the room. `metric` is `*` when it concerns the whole device or room. */
export const SensorFinding = z.object({
  device: z.string(),
  metric: z.string(),
  kind: z.enum(findingKinds),
  from: At,
  /** Absent while it lasts. */
  to: At.optional(),
  confidence: z.number().min(0).max(1),
  sentence: z.string(),
  /** Rooms that the same cause took along; an outage names itself once. */
  cause: z.string().optional(),
});
export type SensorFinding = z.infer<typeof SensorFinding>;

/** The gateway's word on a room: now, and for each demo of the next 48 h. Retained. */
export const RoomReadiness = z.looseObject({
  at: At,
  /** The verdict as if a visit with the room's usual needs started now. */
  now: Verdict,
  demos: z.array(DemoReadiness),
  evidence: z.array(Evidence),
  findings: z.array(SensorFinding),
});
export type RoomReadiness = z.infer<typeof RoomReadiness>;

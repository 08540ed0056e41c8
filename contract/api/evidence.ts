/** What was so in the past, and what follows from it for both departments. */
import { z } from "zod";
import { At, Outcome, Probability } from "../messages/common.ts";
import { DemoReadiness, DemoStatus, Verdict } from "../messages/readiness.ts";
import { Currency } from "./views.ts";

/** How a room was judged from one instant on. */
export const PastVerdict = z.object({
  at: At,
  outcome: Outcome,
  score: z.number(),
  sentence: z.string(),
  /** `stale` where nobody judged any more. */
  currency: Currency,
});
export type PastVerdict = z.infer<typeof PastVerdict>;

export const VerdictHistory = z
  .object({
    room: z.string(),
    from: At,
    to: At,
    /** The spans in which verdicts were taken down; outside of them nothing is known. */
    watched: z.array(z.object({ from: At, to: At })),
    /** In order; the first is the one that held at the beginning. */
    changes: z.array(PastVerdict),
  })
  .meta({ id: "VerdictHistory" });
export type VerdictHistory = z.infer<typeof VerdictHistory>;

/** A verdict of the past with its reasons. */
export const VerdictAt = PastVerdict.extend({
  /** The moment that was asked for; it held from `at`. */
  asked: At,
  /** Of the next change; absent while it holds. */
  until: At.optional(),
  verdict: Verdict.optional(),
  /** What was said of the next visits then. */
  visits: z.array(
    z.object({ demo: z.string(), arrival: At, status: DemoStatus, sentence: z.string(), p_ready: Probability }),
  ),
}).meta({ id: "VerdictAt" });
export type VerdictAt = z.infer<typeof VerdictAt>;

/** The evidence at arrival: frozen once, never changed. */
export const Receipt = DemoReadiness.extend({
  /** `site/room` */
  room: z.string(),
  /** When it was frozen, and when the gateway had judged what is frozen; absent in receipts of an older version. */
  frozen_at: At.optional(),
  judged_at: At.optional(),
  /** Alerts about this visit that were raised before its arrival. */
  alerts: z.array(z.object({ id: z.string(), title: z.string(), raised_at: At, act_by: At, taken_at: At.optional() })),
}).meta({ id: "Receipt" });
export type Receipt = z.infer<typeof Receipt>;

const Counted = z.object({
  /** Visits whose client has arrived. */
  visits: z.int(),
  ready: z.int(),
  degraded: z.int(),
  not_ready: z.int(),
  unknown: z.int(),
  /** No verdict that was fresh enough to be evidence. */
  no_evidence: z.int(),
});

/** The figures that facilities and sales look at together. */
export const Figures = z
  .object({
    from: At,
    to: At,
    at_arrival: Counted,
    /** Ready or usable, of those of which there is evidence; absent without any. */
    ready_share: Probability.optional(),
    alerts: z.object({
      /** About visits whose arrival is over. */
      raised: z.int(),
      /** Raised while somebody could still act in time. */
      in_time: z.int(),
      /** Somebody took them before their act-by. */
      taken_in_time: z.int(),
      /** Acted upon, and the visit began ready. */
      rescued: z.int(),
      /** Nobody acted, and the visit began ready all the same. */
      false_calls: z.int(),
      /** From being raised to act-by; absent without any. */
      median_margin_min: z.number().optional(),
    }),
    /** Visits that began not ready or untold. */
    misses: z.object({
      /** Nobody had been told of anything. */
      untold: z.int(),
      /** Told, and still not ready. */
      told: z.int(),
    }),
    moved: z.int(),
    by_week: z.array(Counted.extend({ week: z.string() })),
    by_room: z.array(Counted.extend({ room: z.string(), name: z.string() })),
  })
  .meta({ id: "Figures" });
export type Figures = z.infer<typeof Figures>;

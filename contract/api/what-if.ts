/** A span of the past through today's rules: what facilities ask, and what they would have been told. */
import { z } from "zod";
import { Id } from "../ids.ts";
import { At, Probability } from "../messages/common.ts";

export const WhatIfInput = z
  .object({
    /** The only one there is unless given. */
    site: Id.optional(),
    from: At,
    to: At,
  })
  .meta({ id: "WhatIfInput" });
export type WhatIfInput = z.infer<typeof WhatIfInput>;

const Visit = z.object({ demo: z.string(), title: z.string(), arrival: At });

/** A message that somebody would have got. */
export const WhatIfMessage = z.object({
  at: At,
  /** Whose it would have been: `facilities`, `lead`, `remedy`, `host`. */
  to: z.string(),
  event: z.string(),
  alert: z.string(),
  title: z.string(),
  sentence: z.string(),
});
export type WhatIfMessage = z.infer<typeof WhatIfMessage>;

/** An alert, as it would have been and as it was. */
export const WhatIfAlert = z.object({
  id: z.string(),
  /** `site/room` */
  room_key: z.string(),
  room_name: z.string(),
  floor: z.string(),
  zone: z.string(),
  cause: z.string(),
  title: z.string(),
  sentence: z.string(),
  visits: z.array(Visit),
  /** By today's rules; absent where nothing would be raised. */
  by_these_rules: z.object({ raised_at: At, act_by: At, p_ready: Probability }).optional(),
  /** As it was; absent where nothing was raised. */
  as_it_was: z.object({ raised_at: At, act_by: At }).optional(),
});
export type WhatIfAlert = z.infer<typeof WhatIfAlert>;

export const WhatIfAnswer = z.object({
  rooms: z.int(),
  readings: z.int(),
  visits: z.int(),
  alerts: z.array(WhatIfAlert),
  messages: z.array(WhatIfMessage),
  /** So many alerts and messages beyond those that are listed. */
  more: z.int(),
  /** How often something was held back by today's rules, by reason. */
  held: z.record(z.string(), z.int()),
});
export type WhatIfAnswer = z.infer<typeof WhatIfAnswer>;

export const WhatIfView = z
  .object({
    id: z.string(),
    site: z.string(),
    from: At,
    to: At,
    state: z.enum(["running", "done", "failed"]),
    asked_at: At,
    by: z.string(),
    /** How much of it is done, 0 to 1. */
    progress: z.number().min(0).max(1),
    /** Why it failed. */
    text: z.string().optional(),
    answer: WhatIfAnswer.optional(),
  })
  .meta({ id: "WhatIf" });
export type WhatIfView = z.infer<typeof WhatIfView>;

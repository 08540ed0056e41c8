import { z } from "zod";
import { minutes } from "#contract/units.ts";
import { causeKinds } from "../forecast/remedies.ts";
import { type AlertPolicy, defaultCosts, defaultPolicy, riskOf } from "./policy.ts";

const kinds: ReadonlySet<string> = new Set([...causeKinds, "ahu", "humidity", "conflict", "access", "standby"]);
const Cost = z.number().min(0).max(1_000_000);
const Minutes = z.number().min(0).max(240);

/** `alerts` in the configuration: what calls cost, and when people are told. Everything is optional. */
export const AlertsConfig = z.strictObject({
  /** What it is worth to save one visit, in the unit of `cost_of_false_call`. */
  value_of_save: z.number().positive().max(1_000_000).optional(),
  /** What a call for nothing costs, by kind of cause; `other` for the rest. A cause is worth a call from cost ÷ value on. */
  cost_of_false_call: z
    .record(z.string(), Cost)
    .check((context) => {
      for (const kind of Object.keys(context.value))
        if (kind !== "other" && !kinds.has(kind))
          context.issues.push({
            code: "custom",
            path: [kind],
            message: `there is no such kind of cause; there are ${[...kinds].toSorted().join(", ")} and other`,
            input: kind,
          });
    })
    .optional(),
  /** Before act-by, a risk is told from here on even when it is not sure. */
  guard_min: Minutes.optional(),
  /** So long before arrival another room is kept in case, and offered where only that helps. */
  offer_move_min: Minutes.optional(),
  /** Messages to one person: so many at once within ten minutes, and one per so many minutes over the day. */
  messages: z
    .strictObject({
      at_most: z.int().min(1).max(1_000).default(10),
      one_per_min: z.number().min(0.1).max(240).default(10),
    })
    .optional(),
  /** The time of day of the list of what is wrong in rooms that no visit needs; `off` for none. */
  daily_list: z
    .union([z.literal("off"), z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day like 07:00")])
    .optional(),
});
export type AlertsConfig = z.infer<typeof AlertsConfig>;

/** Where a configuration differs from the default policy. */
export function policyOf(config: AlertsConfig): Partial<AlertPolicy> {
  const { value_of_save: save = defaultCosts.save, cost_of_false_call: costs = {}, messages } = config;
  const { other = defaultCosts.falseCallElse, ...own } = costs;
  const falseCall = { ...defaultCosts.falseCall, ...own };
  return {
    riskToRaise: Object.fromEntries(Object.entries(falseCall).map(([kind, cost]) => [kind, riskOf(cost, save)])),
    riskToRaiseElse: riskOf(other, save),
    ...(config.guard_min !== undefined && { guard: minutes(config.guard_min) }),
    ...(config.offer_move_min !== undefined && { offerMove: minutes(config.offer_move_min) }),
    ...(messages !== undefined && {
      budget: { ...defaultPolicy.budget, messages: messages.at_most, every: minutes(messages.one_per_min) },
    }),
  };
}

/** When the daily list is sent; `undefined` for never. */
export const dailyListTime = ({ daily_list = "07:00" }: AlertsConfig): string | undefined =>
  daily_list === "off" ? undefined : daily_list;

import { type AlertPolicy, defaultPolicy } from "#gateway/alerts/policy.ts";
import { deviation, mean } from "../score/statistics.ts";
import type { PolicyFigures } from "../score/score-policy.ts";
import { type EvaluateOptions, runSeeds } from "./run-seeds.ts";

/** The cost of a false call over the value of a save, as multiples of the default. */
const COSTS = [0.4, 0.7, 1, 1.5, 2.5] as const;

const KEYS = [
  "rescued_own",
  "rescued_any",
  "recall",
  "eqcl_recall",
  "eqcl_rescued",
  "eqcl_false_per_100",
  "false_work_orders_per_100",
  "nudges_per_100",
  "median_margin_min",
] as const satisfies readonly (keyof PolicyFigures)[];

/** What the gateway comes to at one cost of false calls. */
export type CurvePoint = { cost: number } & Record<string, number>;

/** The customer's knob turned: what fewer false calls cost in rescues, and the other way round. */
export async function runCurve(options: Omit<EvaluateOptions, "policies" | "twin" | "explain">): Promise<CurvePoint[]> {
  const points: CurvePoint[] = [];
  for (const [i, cost] of COSTS.entries()) {
    const results = await runSeeds({
      ...options,
      policies: ["act-by"],
      twin: false,
      explain: false,
      alertPolicy: policyAt(cost),
      onProgress: (share) => options.onProgress?.((i + share) / COSTS.length),
    });
    const figures = results.flatMap(({ policies }) => policies["act-by"]?.figures ?? []);
    const point: CurvePoint = { cost };
    for (const key of KEYS) {
      const values = figures.map((each) => each[key]);
      point[key] = round(mean(values));
      point[`${key}_sd`] = round(deviation(values));
    }
    points.push(point);
  }
  return points;
}

/** The alert policy with every risk from which it calls so many times as high; never so high that nothing could reach it. */
function policyAt(cost: number): Partial<AlertPolicy> {
  const scaled = (risk: number): number => Math.min(0.95, risk * cost);
  const riskToRaise = Object.entries(defaultPolicy.riskToRaise).map(([kind, risk]) => [kind, scaled(risk)] as const);
  return {
    riskToRaise: Object.fromEntries(riskToRaise),
    riskToRaiseElse: scaled(defaultPolicy.riskToRaiseElse),
    sureRisk: Math.min(0.97, Math.max(defaultPolicy.sureRisk, scaled(defaultPolicy.riskToRaiseElse))),
  };
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;

import { metrics, type Metric, type MetricValue } from "#contract/metrics.ts";
import { type Instant, type Millis, millis, minutes, seconds } from "#contract/units.ts";
import type { HistoryCurve, HistoryQuestion } from "./history.ts";

const DAY = 86_400;
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, DAY];

/** More than a screen has columns; it also bounds how many single values one question may make an engine read. */
const MOST_POINTS = 5_000;

/** The smallest round step with which a span fits into so many points, whatever its first step starts at. */
export function stepFor({ from, to, maxPoints }: Pick<HistoryQuestion, "from" | "to" | "maxPoints">): Millis {
  const points = Math.min(Math.max(2, maxPoints), MOST_POINTS);
  const fits = (step_s: number): boolean => Math.ceil((to - from) / (step_s * 1_000)) + 1 <= points;
  const round = STEPS_S.find(fits);
  if (round !== undefined) return seconds(round);
  const days = Math.ceil((to - from) / (DAY * 1_000) / (points - 1));
  return seconds(days * DAY);
}

/** The start of the step that an instant lies in. */
export const stepStart = (at: Instant, step: Millis): Instant => (Math.floor(at / step) * step) as Instant;

/** What one step of one series came to. */
export interface StepValue {
  at: number;
  mean: number;
  min: number;
  max: number;
}

const SILENT_STEPS = 2.5;
const SILENT_INTERVALS = 3;

/** Joins the steps of one series to a curve, with a `null` where it was silent for longer than its metric explains. */
export function curveOf(
  name: { device: string; metric: string },
  step: Millis,
  values: readonly StepValue[],
): HistoryCurve {
  const metric = metrics.get(name.metric);
  const silence = Math.max(SILENT_STEPS * step, SILENT_INTERVALS * (metric?.interval ?? minutes(1)));
  const curve: HistoryCurve = {
    device: name.device,
    metric: name.metric,
    unit: metric?.unit ?? "",
    step_s: step / 1_000,
    at_ms: [],
    mean: [],
    min: [],
    max: [],
  };
  let previous: number | undefined;
  for (const value of values) {
    if (previous !== undefined && value.at - previous > silence) push(curve, previous + step, undefined);
    push(curve, value.at, value);
    previous = value.at;
  }
  return curve;
}

function push(curve: HistoryCurve, at: number, value: StepValue | undefined): void {
  curve.at_ms.push(at);
  curve.mean.push(value?.mean ?? null);
  curve.min.push(value?.min ?? null);
  curve.max.push(value?.max ?? null);
}

/** What history keeps of a metric's value: a number as it is, false and true as 0 and 1, an enum's index. `undefined` when the value is not of the metric's kind. */
export function toStored(metric: Metric, value: unknown): number | undefined {
  if (metric.kind === "number") return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  if (metric.kind === "boolean") return typeof value === "boolean" ? Number(value) : undefined;
  const index = typeof value === "string" ? (metric.values?.indexOf(value) ?? -1) : -1;
  return index < 0 ? undefined : index;
}

/** The metric's value again. */
export function fromStored(name: string, value: number): MetricValue {
  const metric = metrics.get(name);
  if (metric?.kind === "boolean") return value !== 0;
  if (metric?.kind === "enum") return metric.values?.[value] ?? value;
  return value;
}

/** The roll-ups that are kept. */
export const FIVE_MINUTES: Millis = minutes(5);
export const ONE_HOUR: Millis = millis(3_600_000);

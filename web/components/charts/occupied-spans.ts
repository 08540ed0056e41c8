import type { ChartSpan } from "./time-chart.tsx";
import type { Line } from "./merge-series.ts";

/** The stretches in which somebody was in the room; a step counts when it was so for half of it. */
export function occupiedSpans(line: Line): ChartSpan[] {
  const spans: ChartSpan[] = [];
  const step = ((line.at_s[1] ?? 0) - (line.at_s[0] ?? 0)) * 1_000;
  for (const [index, value] of line.mean.entries()) {
    if (value === null || value < 0.5) continue;
    const from = (line.at_s[index] ?? 0) * 1_000;
    const last = spans.at(-1);
    if (last !== undefined && from - last.to <= step / 2) last.to = from + step;
    else spans.push({ from, to: from + step, token: "maintenance-solid" });
  }
  return spans;
}

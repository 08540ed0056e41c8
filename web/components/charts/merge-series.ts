import type { HistoryAnswer } from "#contract/api/requests.ts";

type Series = HistoryAnswer["series"][number];

/** One line of a chart: instants in seconds, as uPlot wants them, and the value or a gap. */
export interface Line {
  at_s: number[];
  mean: (number | null)[];
}

/**
 * The room's line of a metric: where several devices measure it, the mean of those that said something at that instant.
 * Instants nobody spoke at stay gaps.
 */
export function mergeSeries(all: readonly Series[], metric: string): Line {
  const series = all.filter((s) => s.metric === metric);
  const sums = new Map<number, { sum: number; count: number }>();
  for (const one of series) {
    for (const [index, at] of one.at_ms.entries()) {
      const value = one.mean[index] ?? null;
      const held = sums.get(at) ?? { sum: 0, count: 0 };
      if (value !== null) {
        held.sum += value;
        held.count += 1;
      }
      sums.set(at, held);
    }
  }
  const at = [...sums.keys()].toSorted((a, b) => a - b);
  return {
    at_s: at.map((ms) => ms / 1000),
    mean: at.map((ms) => {
      const held = sums.get(ms);
      return held === undefined || held.count === 0 ? null : held.sum / held.count;
    }),
  };
}

/** The lowest and the highest value, or `undefined` where the line says nothing. */
export function rangeOf(line: Line): [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of line.mean) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? undefined : [low, high];
}

import type { CurvePoint } from "../run/curve.ts";
import type { PolicyReport, Report } from "../run/evaluate.ts";
import { axisTo, type Chart, colours, drawChart, type Series } from "./svg.ts";

const shares = { from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] };
const percents = { from: 0, to: 100, ticks: [0, 20, 40, 60, 80, 100] };
const colourAt = (i: number): string => colours[i % colours.length] ?? "#000000";
const figure = (policy: PolicyReport | undefined, key: string): number => Number(policy?.figures[key] ?? 0);

/** Told against come true, in five bins; a point is as large as its bin. */
export function plotReliability(report: Report): string {
  const { reliability = {}, reliability_eqcl = {} } = report.forecasts ?? {};
  const chosen = [
    ["everything, 120 min", reliability["120"]],
    ["everything, 60 min", reliability["60"]],
    ["everything, 15 min", reliability["15"]],
    ["gear and air, 60 min", reliability_eqcl["60"]],
  ] as const;
  const series = chosen.map(([name, bins = []], i): Series => {
    const total = bins.reduce((sum, { count }) => sum + count, 0);
    const points = bins
      .filter(({ count }) => count > 0)
      .map(({ told, came, count }) => ({ x: told, y: came, size: 2 + 8 * Math.sqrt(count / Math.max(1, total)) }));
    return { name, colour: colourAt(i), points };
  });
  const chart: Chart = {
    title: `P(ready at arrival): told and come true (${report.scenario})`,
    x: { label: "told", ...shares },
    y: { label: "came true", ...shares },
    series,
    diagonal: true,
  };
  return drawChart(chart);
}

/** What the cost of a false call buys, beside the simple policies. */
export function plotCosts(report: Report, curve: readonly CurvePoint[]): string {
  const own: Series = {
    name: "act-by, gear and air",
    colour: colourAt(0),
    points: curve.map((point) => ({
      x: point["eqcl_false_per_100"] ?? 0,
      y: 100 * (point["eqcl_rescued"] ?? 0),
      label: `×${point.cost}`,
    })),
  };
  const any: Series = {
    name: "act-by, everything",
    colour: colourAt(1),
    points: curve.map((point) => ({
      x: point["false_work_orders_per_100"] ?? 0,
      y: 100 * (point["rescued_any"] ?? 0),
      label: `×${point.cost}`,
    })),
  };
  const others = Object.entries(report.policies)
    .filter(([name]) => name !== "act-by" && name !== "threshold")
    .map(([name, policy], i): Series => ({
      name,
      colour: colourAt(i + 2),
      points: [{ x: figure(policy, "eqcl_false_per_100"), y: 100 * figure(policy, "eqcl_rescued") }],
    }));
  const series = [own, any, ...others];
  const most = Math.max(...series.flatMap(({ points }) => points.map(({ x }) => x)), 1);
  return drawChart({
    title: `False calls against rescues (${report.scenario})`,
    x: axisTo("false work orders per 100 demos", most),
    y: { label: "% of would-fail demos rescued", ...percents },
    series,
  });
}

const LEAD_STEP_MIN = 5;
const LONGEST_LEAD_MIN = 240;

/** How many of the doomed visits were named at least so long before arrival. */
export function plotLeads(report: Report): string {
  const series = Object.entries(report.policies).map(([name, { leads }], i): Series => {
    const steps = Array.from({ length: LONGEST_LEAD_MIN / LEAD_STEP_MIN + 1 }, (_, step) => step * LEAD_STEP_MIN);
    const points = steps.map((x) => ({
      x,
      y: (100 * leads.filter((lead) => lead >= x).length) / Math.max(1, report.would_fail),
      size: 0,
    }));
    return { name, colour: colourAt(i), points };
  });
  return drawChart({
    title: `How early would-fail demos are named (${report.scenario})`,
    x: {
      label: "at least so many minutes before arrival",
      from: 0,
      to: LONGEST_LEAD_MIN,
      ticks: [0, 60, 120, 180, 240],
    },
    y: { label: "% of would-fail demos named", ...percents },
    series,
  });
}

/** Each scenario, by its number in the list, once for the gateway and once for the four-hour threshold. */
export function plotScenarios(reports: readonly Report[]): string {
  const names = ["act-by", "threshold-4h", "clairvoyant"] as const;
  const numberOf = (report: Report): string => String(reports.indexOf(report) + 1);
  const series = names.map((name, i): Series => ({
    name,
    colour: colourAt(i),
    isCloud: true,
    points: reports.map((report) => ({
      x: figure(report.policies[name], "eqcl_false_per_100"),
      y: 100 * figure(report.policies[name], "eqcl_rescued"),
      ...(name === "act-by" && { label: numberOf(report) }),
    })),
  }));
  const most = Math.max(...series.flatMap(({ points }) => points.map(({ x }) => x)), 1);
  return drawChart({
    title: "Gear and air: false calls against rescues, every scenario",
    x: axisTo("false calls per 100 demos", most),
    y: { label: "% mended in their own room", ...percents },
    series,
  });
}

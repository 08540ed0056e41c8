import type { CurvePoint } from "./curve.ts";
import type { Report } from "./evaluate.ts";

const percent = (value: unknown): string => `${Math.round(100 * Number(value))}`;
const one = (value: unknown): string => Number(value).toFixed(1);

type Column = readonly [title: string, key: string, format: (value: unknown) => string];
const columns: readonly Column[] = [
  ["own %", "rescued_own", percent],
  ["any %", "rescued_any", percent],
  ["recall %", "recall", percent],
  ["eq recall %", "eqcl_recall", percent],
  ["eq resc %", "eqcl_rescued", percent],
  ["eq false", "eqcl_false_per_100", one],
  ["all false", "false_work_orders_per_100", one],
  ["nudges", "nudges_per_100", one],
  ["moves", "moves_per_100", one],
  ["kept", "kept_per_100", one],
  ["precis %", "precision", percent],
  ["lead", "median_lead_min", one],
  ["margin", "median_margin_min", one],
  ["peak/10", "peak_per_10_min", one],
  ["mean/10", "mean_per_10_min", one],
  ["repeats", "repeats", one],
  ["new fail", "new_failures", one],
  ["stale", "ready_on_stale", one],
];

/** The report as people read it. */
export function tablesOf(report: Report): string {
  const lines = [
    `${report.scenario}: ${report.rooms} rooms, ${report.days} days, seeds ${report.seeds.join(", ")}: ${report.demos} demos, ${report.would_fail} would fail (${percent(report.would_fail_share)} %), ${report.would_fail_eqcl} by equipment or climate`,
    `causes: ${Object.entries(report.causes)
      .map(([cause, count]) => `${cause} ${count}`)
      .join(", ")}`,
    "",
    ["policy".padEnd(14), ...columns.map(([title]) => title.padStart(12))].join(""),
  ];
  for (const [name, { figures }] of Object.entries(report.policies)) {
    const cells = columns.map(([, key, format]) =>
      `${format(figures[key])}±${format(figures[`${key}_sd`])}`.padStart(12),
    );
    lines.push([name.padEnd(14), ...cells].join(""));
  }
  lines.push("", "per cause: doomed → left in own room (calls right/wrong)");
  for (const [name, { by_cause }] of Object.entries(report.policies))
    lines.push(
      `${name.padEnd(14)}${Object.entries(by_cause)
        .map(([flaw, { doomed, left, right, wrong }]) => `${flaw} ${doomed}→${left} (${right}/${wrong})`)
        .join("  ")}`,
    );
  const actBy = report.policies["act-by"]?.figures;
  if (actBy?.["brier"] !== undefined) {
    lines.push("", "Brier, by minutes before arrival");
    for (const key of [
      "brier",
      "brier_persistence",
      "brier_climatology",
      "brier_eqcl",
      "brier_eqcl_persistence",
      "brier_eqcl_climatology",
      "brier_eqcl_knowable",
      "ece_by_lead",
      "ece_eqcl_by_lead",
    ])
      lines.push(`${key.padEnd(26)}${leadsOf(actBy[key] as Record<string, number>)}`);
  }
  for (const [check, leads] of Object.entries(report.forecasts?.by_check ?? {}))
    lines.push(
      `  ${check.padEnd(24)}${leadsOf(Object.fromEntries(Object.entries(leads).map(([lead, { brier }]) => [lead, brier])))}`,
    );
  if (report.errors.length > 0) lines.push("", `errors: ${report.errors.join("\n  ")}`);
  return lines.join("\n");
}

/** What each cost of a false call comes to. */
export function curveTable(curve: readonly CurvePoint[]): string {
  const shares = ["rescued_own", "rescued_any", "eqcl_rescued"] as const;
  const counts = ["false_work_orders_per_100", "eqcl_false_per_100", "nudges_per_100", "median_margin_min"] as const;
  const head = ["cost ×", ...shares.map((key) => `${key} %`), ...counts];
  const rows = curve.map((point) => [
    String(point.cost),
    ...shares.map((key) => percent(point[key])),
    ...counts.map((key) => one(point[key])),
  ]);
  return [head, ...rows].map((cells) => cells.map((cell) => cell.padStart(26)).join("")).join("\n");
}

const leadsOf = (values: Record<string, number>): string =>
  Object.entries(values)
    .toSorted((a, b) => Number(b[0]) - Number(a[0]))
    .map(([lead, value]) => `${lead}: ${value.toFixed(4)}`.padEnd(14))
    .join("");

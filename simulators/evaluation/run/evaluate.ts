import { deviation, mean } from "../score/statistics.ts";
import type { CauseTable, PolicyFigures } from "../score/score-policy.ts";
import { calibrationError, type ForecastFigures } from "../score/score-forecasts.ts";
import type { Comparable } from "./policy-names.ts";
import type { SeedResult } from "./run-seed.ts";

type Figures = Record<string, number | Record<string, number>>;

export interface PolicyReport {
  figures: Figures;
  by_cause: CauseTable;
  /** Minutes before arrival at which each doomed visit was first named, shortest first. */
  leads: number[];
}

/** What is found of all seeds; `jsonOf` prints it. */
export interface Report {
  scenario: string;
  seeds: number[];
  rooms: number;
  days: number;
  demos: number;
  would_fail: number;
  would_fail_share: number;
  would_fail_eqcl: number;
  causes: Record<string, number>;
  policies: Record<string, PolicyReport>;
  forecasts?: {
    by_check: ForecastFigures["by_check"];
    reliability: ForecastFigures["reliability"];
    reliability_eqcl: ForecastFigures["reliability"];
  };
  errors: string[];
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;

/** Puts the seeds together: mean of each figure, its spread beside it. */
export function reportOf(
  results: readonly SeedResult[],
  about: { scenario: string; rooms: number; days: number; policies: readonly Comparable[] },
): Report {
  const total = (of: (result: SeedResult) => number): number => results.reduce((sum, result) => sum + of(result), 0);
  const causes: Record<string, number> = {};
  for (const { flaws } of results)
    for (const [flaw, count] of Object.entries(flaws)) causes[flaw] = (causes[flaw] ?? 0) + count;
  const demos = total((result) => result.demos);
  const wouldFail = total((result) => result.wouldFail);
  const policies: Report["policies"] = {};
  for (const name of about.policies) {
    const parts = results.flatMap(({ policies: of }) => of[name] ?? []);
    if (parts.length === 0) continue;
    const figures: Figures = { ...meansOf(parts.map((part) => part.figures)) };
    const forecasts = results.flatMap((result) => (name === "act-by" ? (result.forecasts ?? []) : []));
    if (forecasts.length > 0) Object.assign(figures, forecastMeans(forecasts));
    policies[name] = {
      figures,
      by_cause: addCauses(parts.map((part) => part.causes)),
      leads: parts.flatMap((part) => part.leads).toSorted((a, b) => a - b),
    };
  }
  const forecasts = results.flatMap((result) => result.forecasts ?? []);
  return {
    scenario: about.scenario,
    seeds: results.map(({ seed }) => seed),
    rooms: about.rooms,
    days: about.days,
    demos,
    would_fail: wouldFail,
    would_fail_share: round(wouldFail / Math.max(1, demos)),
    would_fail_eqcl: total((result) => result.wouldFailEqcl),
    causes,
    policies,
    ...(forecasts.length > 0 && { forecasts: joinForecasts(forecasts) }),
    errors: [...new Set(results.flatMap((result) => result.errors))].slice(0, 20),
  };
}

/** What `greenroom evaluate --json` prints: each policy's figures side by side. */
export const jsonOf = ({ policies, ...rest }: Report): object => ({
  ...rest,
  policies: Object.fromEntries(
    Object.entries(policies).map(([name, { figures, by_cause }]) => [name, { ...figures, by_cause }]),
  ),
});

function meansOf(list: readonly PolicyFigures[]): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const key of Object.keys(list[0] ?? {}) as (keyof PolicyFigures)[]) {
    const values = list.map((each) => each[key]);
    figures[key] = round(mean(values));
    figures[`${key}_sd`] = round(deviation(values));
  }
  return figures;
}

function forecastMeans(list: readonly ForecastFigures[]): Figures {
  const figures: Figures = {};
  const keys = [
    "brier",
    "brier_eqcl",
    "brier_persistence",
    "brier_eqcl_persistence",
    "brier_climatology",
    "brier_eqcl_climatology",
    "brier_eqcl_knowable",
    "ece_by_lead",
    "ece_eqcl_by_lead",
  ] as const;
  for (const key of keys) {
    const means: Record<string, number> = {};
    const spreads: Record<string, number> = {};
    for (const lead of Object.keys(list[0]?.[key] ?? {})) {
      const values = list.map((each) => each[key][lead] ?? 0);
      means[lead] = round(mean(values));
      spreads[lead] = round(deviation(values));
    }
    figures[key] = means;
    figures[`${key}_sd`] = spreads;
  }
  // Over all seeds together: what few visits leave to chance looks like a fault of calibration.
  const together = eceByLead(joinBins(list.map((each) => each.reliability)));
  figures["ece_by_lead"] = together;
  figures["ece_eqcl_by_lead"] = eceByLead(joinBins(list.map((each) => each.reliability_eqcl)));
  // One figure of calibration: an hour ahead, all checks.
  figures["ece"] = together["60"] ?? 0;
  figures["ece_sd"] = round(deviation(list.map((each) => each.ece_by_lead["60"] ?? 0)));
  return figures;
}

const eceByLead = (reliability: ForecastFigures["reliability"]): Record<string, number> =>
  Object.fromEntries(Object.entries(reliability).map(([lead, bins]) => [lead, round(calibrationError(bins))]));

function addCauses(tables: readonly CauseTable[]): CauseTable {
  const sum = structuredClone(tables[0]) as CauseTable;
  for (const table of tables.slice(1))
    for (const [flaw, row] of Object.entries(table) as [keyof CauseTable, CauseTable[keyof CauseTable]][])
      for (const key of ["doomed", "left", "right", "wrong"] as const) sum[flaw][key] += row[key];
  return sum;
}

function joinForecasts(list: readonly ForecastFigures[]): NonNullable<Report["forecasts"]> {
  return {
    by_check: joinChecks(list),
    reliability: joinBins(list.map((each) => each.reliability)),
    reliability_eqcl: joinBins(list.map((each) => each.reliability_eqcl)),
  };
}

function joinBins(list: readonly ForecastFigures["reliability"][]): ForecastFigures["reliability"] {
  const joined: ForecastFigures["reliability"] = {};
  for (const lead of Object.keys(list[0] ?? {}))
    joined[lead] = (list[0]?.[lead] ?? []).map((first, i) => {
      const bins = list.flatMap((each) => each[lead]?.[i] ?? []);
      const count = bins.reduce((sum, bin) => sum + bin.count, 0);
      const weighted = (of: "told" | "came"): number =>
        round(bins.reduce((sum, bin) => sum + bin.count * bin[of], 0) / Math.max(1, count));
      return { from: first.from, to: first.to, count, told: weighted("told"), came: weighted("came") };
    });
  return joined;
}

function joinChecks(list: readonly ForecastFigures[]): ForecastFigures["by_check"] {
  const joined: ForecastFigures["by_check"] = {};
  for (const check of new Set(list.flatMap((each) => Object.keys(each.by_check)))) {
    const leads: ForecastFigures["by_check"][string] = (joined[check] = {});
    for (const lead of new Set(list.flatMap((each) => Object.keys(each.by_check[check] ?? {})))) {
      const parts = list.flatMap((each) => each.by_check[check]?.[lead] ?? []);
      const count = parts.reduce((sum, part) => sum + part.count, 0);
      const weighted = (of: "brier" | "climatology"): number =>
        round(parts.reduce((sum, part) => sum + part.count * part[of], 0) / Math.max(1, count));
      leads[lead] = { brier: weighted("brier"), climatology: weighted("climatology"), count };
    }
  }
  return joined;
}

import type { ForecastRecord, ToldForecast } from "../policies/act-by.ts";
import { LEADS } from "../policies/act-by.ts";
import { equipmentAndClimate, type Flaw } from "../world/building.ts";
import type { Knowable } from "./knowable.ts";
import { mean } from "./statistics.ts";

/** A probability that was told, and whether it came true. */
export interface Pair {
  p: number;
  y: 0 | 1;
}
export interface Bin {
  from: number;
  to: number;
  count: number;
  told: number;
  came: number;
}

/** Reliability is read in these bins; nearly all visits are likely to be fine. */
const EDGES = [0, 0.5, 0.8, 0.9, 0.95, 1.001] as const;
/** Checks that people answer for, not gear or air. */
const ofPeople: ReadonlySet<string> = new Set([
  "unoccupied",
  "reset_visit",
  "access",
  "capacity",
  "capability",
  "maintenance",
]);
const peopleCauses: ReadonlySet<string> = new Set([
  "occupied",
  "reset_visit",
  "access",
  "capacity",
  "capability",
  "maintenance",
]);

/** Which flaw each check speaks of. */
const flawOfCheck: Readonly<Record<string, Flaw>> = {
  display: "disp",
  video_call: "codec",
  network: "codec",
  audio: "mic",
  temperature: "climate",
  co2: "air",
  unoccupied: "occ",
  reset_visit: "clean",
};

export interface ForecastFigures {
  brier: Record<string, number>;
  brier_eqcl: Record<string, number>;
  brier_persistence: Record<string, number>;
  brier_eqcl_persistence: Record<string, number>;
  brier_climatology: Record<string, number>;
  brier_eqcl_climatology: Record<string, number>;
  /** Of somebody who knows the world's rates and all that is so, but not what comes. */
  brier_eqcl_knowable: Record<string, number>;
  ece_by_lead: Record<string, number>;
  ece_eqcl_by_lead: Record<string, number>;
  /** By check and lead: Brier of what was told of it, and of its base rate. */
  by_check: Record<string, Record<string, { brier: number; climatology: number; count: number }>>;
  reliability: Record<string, Bin[]>;
  reliability_eqcl: Record<string, Bin[]>;
}

/** Scores what was told of visits that nobody did anything for. */
export function scoreForecasts(
  records: readonly ForecastRecord[],
  doom: ReadonlyMap<string, readonly Flaw[]>,
  knowable: Knowable,
): ForecastFigures {
  const figures: ForecastFigures = {
    brier: {},
    brier_eqcl: {},
    brier_persistence: {},
    brier_eqcl_persistence: {},
    brier_climatology: {},
    brier_eqcl_climatology: {},
    brier_eqcl_knowable: {},
    ece_by_lead: {},
    ece_eqcl_by_lead: {},
    by_check: {},
    reliability: {},
    reliability_eqcl: {},
  };
  for (const lead of LEADS) {
    const ofLead = records.filter((record) => record.lead === lead && doom.has(record.visit));
    if (ofLead.length === 0) continue;
    const came = ({ visit }: ForecastRecord): 0 | 1 => (doom.get(visit)?.length === 0 ? 1 : 0);
    const cameEqcl = ({ visit }: ForecastRecord): 0 | 1 =>
      doom.get(visit)?.some((flaw) => equipmentAndClimate.has(flaw)) === true ? 0 : 1;
    const all = ofLead.map((record): Pair => ({ p: record.told.p_ready, y: came(record) }));
    const eqcl = ofLead.map((record): Pair => ({ p: withoutPeople(record.told), y: cameEqcl(record) }));
    figures.brier[lead] = brierOf(all);
    figures.brier_eqcl[lead] = brierOf(eqcl);
    figures.brier_persistence[lead] = brierOf(ofLead.map((record) => ({ p: record.persistence, y: came(record) })));
    figures.brier_eqcl_persistence[lead] = brierOf(
      ofLead.map((record) => ({ p: record.persistence, y: cameEqcl(record) })),
    );
    figures.brier_climatology[lead] = baseRateBrier(all);
    figures.brier_eqcl_climatology[lead] = baseRateBrier(eqcl);
    const known = ofLead.flatMap((record): Pair[] => {
      const p = knowable.get(lead)?.get(record.visit);
      return p === undefined ? [] : [{ p, y: cameEqcl(record) }];
    });
    figures.brier_eqcl_knowable[lead] = brierOf(known);
    figures.reliability[lead] = binsOf(all);
    figures.reliability_eqcl[lead] = binsOf(eqcl);
    figures.ece_by_lead[lead] = calibrationError(binsOf(all));
    figures.ece_eqcl_by_lead[lead] = calibrationError(binsOf(eqcl));
    scoreChecks(figures, { lead, records: ofLead, doom });
  }
  return figures;
}

function scoreChecks(
  figures: ForecastFigures,
  {
    lead,
    records,
    doom,
  }: { lead: number; records: readonly ForecastRecord[]; doom: ReadonlyMap<string, readonly Flaw[]> },
): void {
  const pairs = new Map<string, Pair[]>();
  for (const { told, visit } of records) {
    for (const { check, p_ready } of told.forecasts ?? []) {
      const flaw = flawOfCheck[check];
      if (flaw === undefined) continue;
      const list = pairs.get(check) ?? [];
      list.push({ p: p_ready, y: doom.get(visit)?.includes(flaw) === true ? 0 : 1 });
      pairs.set(check, list);
    }
  }
  for (const [check, list] of pairs) {
    const leads = (figures.by_check[check] ??= {});
    leads[lead] = { brier: brierOf(list), climatology: baseRateBrier(list), count: list.length };
  }
}

/** P(gear and air are ready): the whole, with what people answer for taken out. */
export function withoutPeople(told: ToldForecast): number {
  let people = 1;
  const known = new Set<string>();
  for (const { check, p_ready } of told.forecasts ?? []) {
    if (!ofPeople.has(check)) continue;
    known.add(check);
    people *= p_ready;
  }
  for (const { cause, checks, p_ready } of told.causes)
    if (peopleCauses.has(cause) && !checks.some((check) => known.has(check))) people *= p_ready;
  return people <= 0.005 ? productOfGear(told) : Math.min(1, told.p_ready / people);
}

/** Where people make a visit hopeless, the product says nothing of the rest: each cause by itself does. */
const productOfGear = ({ causes }: ToldForecast): number =>
  causes.filter(({ cause }) => !peopleCauses.has(cause)).reduce((p, cause) => p * cause.p_ready, 1);

const brierOf = (pairs: readonly Pair[]): number => mean(pairs.map(({ p, y }) => (p - y) ** 2));
function baseRateBrier(pairs: readonly Pair[]): number {
  const rate = mean(pairs.map(({ y }) => y));
  return rate * (1 - rate);
}

export function binsOf(pairs: readonly Pair[]): Bin[] {
  return EDGES.slice(0, -1).map((from, i) => {
    const to = EDGES[i + 1] ?? 1;
    const within = pairs.filter(({ p }) => p >= from && p < to);
    return {
      from,
      to: Math.min(1, to),
      count: within.length,
      told: mean(within.map(({ p }) => p)),
      came: mean(within.map(({ y }) => y)),
    };
  });
}

/** How far told and come true lie apart, weighted by how often. */
export function calibrationError(bins: readonly Bin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return total === 0
    ? 0
    : bins.reduce((sum, { count, told, came }) => sum + (count / total) * Math.abs(told - came), 0);
}

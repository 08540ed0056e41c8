import type { Call } from "../policies/policy.ts";
import { ticketsQ90 } from "../responders/responders.ts";
import type { Played } from "../run/run-world.ts";
import type { PlanKind } from "../scenario.ts";
import { equipmentAndClimate, type Flaw } from "../world/building.ts";
import type { Visit } from "../world/calendar.ts";
import { DAY_MIN } from "../world/faults.ts";
import type { World } from "../world/world.ts";
import { median, share } from "./statistics.ts";

/** A call that names no visit counts for those of its room within so many minutes. */
const UNBOUND_MIN = 240;
/** The same call within so many minutes is a repeat. */
const REPEAT_MIN = 60;
const SLOT_MIN = 10;

/** What a policy came to in one world; shares 0–1. Definitions: docs/evaluation.md. */
export interface PolicyFigures {
  rescued_own: number;
  rescued_any: number;
  recall: number;
  precision: number;
  precision_with_nudges: number;
  eqcl_recall: number;
  eqcl_rescued: number;
  eqcl_false_per_100: number;
  false_work_orders_per_100: number;
  nudges_per_100: number;
  moves_per_100: number;
  kept_per_100: number;
  new_failures: number;
  median_lead_min: number;
  median_margin_min: number;
  in_time: number;
  peak_per_10_min: number;
  mean_per_10_min: number;
  calls_peak_per_10_min: number;
  repeats: number;
  ready_on_stale: number;
}

/** By flaw: how many visits had it untouched, how many had it still, how many calls about it were right and wrong. */
export type CauseTable = Record<Flaw, { doomed: number; left: number; right: number; wrong: number }>;

export interface Scored {
  figures: PolicyFigures;
  causes: CauseTable;
  /** Minutes before arrival at which each doomed visit was first named. */
  leads: number[];
  /** Calls that named a doomed visit with the right cause, by visit. */
  named: Map<string, { call: Call; at: number }[]>;
}

export const scoredVisits = (world: World): Visit[] =>
  world.days.slice(world.scenario.days.warm_up).flatMap(({ visits }) => visits);

const arrivalOf = ({ day, arrival }: Visit): number => day * DAY_MIN + arrival;
const isEqcl = (flaw: Flaw): boolean => equipmentAndClimate.has(flaw);

/** Compares what happened under a policy with what would have happened. */
export function scorePolicy(world: World, doom: ReadonlyMap<string, readonly Flaw[]>, played: Played): Scored {
  const visits = scoredVisits(world);
  const byId = new Map(visits.map((visit) => [visit.id, visit]));
  const flawsBefore = (visit: Visit): readonly Flaw[] => doom.get(visit.id) ?? [];
  const flawsNow = (visit: Visit): readonly Flaw[] => played.flaws.get(visit.id) ?? [];
  const doomed = visits.filter((visit) => flawsBefore(visit).length > 0);
  const { named, isRight } = nameVisits({ visits, byId, doom, calls: played.calls });
  const calls = played.calls.filter((call) => !call.isNudge);
  const nudges = played.calls.filter((call) => call.isNudge);
  const wrong = calls.filter((call) => !isRight(call));
  const isReady = (visit: Visit): boolean => {
    const moved = played.moved.get(visit.id);
    if (moved !== undefined) return moved.did;
    return flawsNow(visit).length === 0 || movesAfterwards(visit, named, played);
  };
  const doomedEqcl = doomed.filter((visit) => flawsBefore(visit).some(isEqcl));
  const namesEqcl = (visit: Visit): boolean => (named.get(visit.id) ?? []).some(({ call }) => call.flaws.some(isEqcl));
  const leads: number[] = [];
  const margins: number[] = [];
  const needs = new Map<PlanKind, number>();
  for (const visit of doomed) {
    const [first] = (named.get(visit.id) ?? []).toSorted((a, b) => a.at - b.at);
    if (first === undefined) continue;
    const { kind } = first.call;
    if (!needs.has(kind)) needs.set(kind, ticketsQ90(world, kind));
    leads.push(arrivalOf(visit) - first.at);
    margins.push(arrivalOf(visit) - first.at - (needs.get(kind) ?? 0));
  }
  const per100 = (count: number): number => (100 * count) / Math.max(1, visits.length);
  const right = calls.length - wrong.length;
  const load = loadOf(world, played);
  const figures: PolicyFigures = {
    rescued_own: share(doomed, (visit) => flawsNow(visit).length === 0),
    rescued_any: share(doomed, isReady),
    recall: share(doomed, (visit) => named.has(visit.id)),
    precision: right / Math.max(1, calls.length),
    precision_with_nudges: (right + nudges.filter(isRight).length) / Math.max(1, played.calls.length),
    eqcl_recall: share(doomedEqcl, namesEqcl),
    eqcl_rescued: share(doomedEqcl, (visit) => !flawsNow(visit).some(isEqcl)),
    eqcl_false_per_100: per100(wrong.filter(({ kind }) => kind !== "occ" && kind !== "clean").length),
    false_work_orders_per_100: per100(wrong.length),
    nudges_per_100: per100(nudges.length),
    moves_per_100: per100(played.moved.size),
    kept_per_100: per100(played.kept),
    new_failures: visits.filter((visit) => flawsBefore(visit).length === 0 && !isReady(visit)).length,
    median_lead_min: median(leads),
    median_margin_min: median(margins),
    in_time: doomed.length === 0 ? 0 : margins.filter((margin) => margin >= 0).length / doomed.length,
    ...load,
    repeats: repeatsOf(played.calls),
    ready_on_stale: played.readyOnStale,
  };
  return { figures, causes: causeTable({ doomed, visits, doom, played, isRight }), leads, named };
}

/** The rule for policies that offer no room: whoever is called a quarter of an hour before may move, if there is where to. */
function movesAfterwards(visit: Visit, named: Scored["named"], played: Played): boolean {
  if (played.offersRooms || !played.hadAlternative.has(visit.id)) return false;
  return (named.get(visit.id) ?? []).some(({ at }) => arrivalOf(visit) - at >= 15);
}

function nameVisits({
  visits,
  byId,
  doom,
  calls,
}: {
  visits: readonly Visit[];
  byId: ReadonlyMap<string, Visit>;
  doom: ReadonlyMap<string, readonly Flaw[]>;
  calls: readonly Call[];
}): { named: Scored["named"]; isRight: (call: Call) => boolean } {
  const byRoom = Map.groupBy(visits, ({ room }) => room);
  const named: Scored["named"] = new Map();
  const right = new Set<Call>();
  for (const call of calls) {
    for (const [id, at] of boundTo(call, byRoom)) {
      const visit = byId.get(id);
      const flaws = doom.get(id) ?? [];
      if (visit === undefined || at >= arrivalOf(visit) || !call.flaws.some((flaw) => flaws.includes(flaw))) continue;
      right.add(call);
      const list = named.get(id);
      if (list === undefined) named.set(id, [{ call, at }]);
      else list.push({ call, at });
    }
  }
  return { named, isRight: (call) => right.has(call) };
}

function boundTo(call: Call, byRoom: ReadonlyMap<number, readonly Visit[]>): Iterable<[string, number]> {
  if (call.visits.size > 0) return call.visits;
  return (byRoom.get(call.room) ?? [])
    .filter((visit) => {
      const lead = arrivalOf(visit) - call.at;
      return lead > 0 && lead <= UNBOUND_MIN;
    })
    .map(({ id }) => [id, call.at]);
}

/** Messages by contact and ten minutes; for policies that send none, each call is one to the desk. */
function loadOf(
  world: World,
  { told, calls }: Played,
): Pick<PolicyFigures, "peak_per_10_min" | "mean_per_10_min" | "calls_peak_per_10_min"> {
  const { days } = world.scenario;
  const slots = (world.size.days * (days.to_min - days.from_min)) / SLOT_MIN;
  const orders = calls.filter(({ isNudge }) => !isNudge).map(({ at }) => ({ contact: "desk", at }));
  const messages = told.length > 0 ? told : orders;
  const contacts = Map.groupBy(messages, ({ contact }) => contact);
  const busiest = [...contacts.values()].map((list) => list.length);
  return {
    peak_per_10_min: Math.max(0, ...[...contacts.values()].map((list) => peakOf(list))),
    mean_per_10_min: Math.max(0, ...busiest) / slots,
    calls_peak_per_10_min: peakOf(orders),
  };
}

function peakOf(list: readonly { at: number }[]): number {
  const counts = new Map<number, number>();
  for (const { at } of list) counts.set(Math.floor(at / SLOT_MIN), (counts.get(Math.floor(at / SLOT_MIN)) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

function repeatsOf(calls: readonly Call[]): number {
  const last = new Map<string, number>();
  let repeats = 0;
  for (const { room, kind, at } of calls) {
    const key = `${room}.${kind}`;
    const before = last.get(key);
    if (before !== undefined && at - before <= REPEAT_MIN) repeats += 1;
    last.set(key, at);
  }
  return repeats;
}

function causeTable({
  doomed,
  visits,
  doom,
  played,
  isRight,
}: {
  doomed: readonly Visit[];
  visits: readonly Visit[];
  doom: ReadonlyMap<string, readonly Flaw[]>;
  played: Played;
  isRight: (call: Call) => boolean;
}): CauseTable {
  const row = () => ({ doomed: 0, left: 0, right: 0, wrong: 0 });
  const table: CauseTable = {
    disp: row(),
    codec: row(),
    mic: row(),
    climate: row(),
    air: row(),
    occ: row(),
    clean: row(),
  };
  for (const visit of doomed) for (const flaw of doom.get(visit.id) ?? []) table[flaw].doomed += 1;
  for (const visit of visits) for (const flaw of played.flaws.get(visit.id) ?? []) table[flaw].left += 1;
  for (const call of played.calls) {
    const [flaw] = call.flaws;
    if (flaw !== undefined) table[flaw][isRight(call) ? "right" : "wrong"] += 1;
  }
  return table;
}

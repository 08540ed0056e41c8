import type { Figures } from "#contract/api/evidence.ts";
import type { Outcome } from "#contract/messages/common.ts";
import type { Alert } from "#contract/messages/alert.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import type { ReceiptLine } from "../store/receipts.ts";
import { takenAt } from "./taken-at.ts";

/** A visit whose client has arrived. */
export interface ArrivedVisit {
  id: string;
  /** `site/room` */
  key: string;
  arrival_ms: number;
  isMoved: boolean;
}

export interface FigureFacts {
  from_ms: number;
  to_ms: number;
  visits: readonly ArrivedVisit[];
  receipts: readonly ReceiptLine[];
  /** Every alert that may concern one of the visits. */
  alerts: readonly Alert[];
  rooms: ReadonlyMap<string, { name: string; zone: string }>;
}

interface Counted {
  visits: number;
  ready: number;
  degraded: number;
  not_ready: number;
  unknown: number;
  no_evidence: number;
}
type Found = ArrivedVisit & { outcome: Outcome | undefined };

/** The figures that both departments look at, from what was frozen at arrival and what was told before. */
export function decideFigures(facts: FigureFacts): Figures {
  const visits = joined(facts);
  const byId = new Map(visits.map((visit) => [visit.id, visit]));
  const all = count(visits);
  const judged = all.visits - all.no_evidence;
  return {
    from: rfc3339(instant(facts.from_ms)),
    to: rfc3339(instant(facts.to_ms)),
    at_arrival: all,
    ...(judged > 0 ? { ready_share: (all.ready + all.degraded) / judged } : {}),
    alerts: alertFigures(facts.alerts, byId),
    misses: misses(visits, facts.alerts),
    moved: visits.filter((visit) => visit.isMoved).length,
    by_week: grouped(visits, (visit) => mondayOf(visit, facts.rooms.get(visit.key)?.zone ?? "UTC"))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([week, some]) => ({ week, ...count(some) })),
    by_room: grouped(visits, (visit) => visit.key)
      .map(([room, some]) => ({ room, name: facts.rooms.get(room)?.name ?? room, ...count(some) }))
      .toSorted((a, b) => missed(b) - missed(a) || b.visits - a.visits || (a.room < b.room ? -1 : 1)),
  };
}

const missed = ({ not_ready, unknown }: Counted): number => not_ready + unknown;
const isGood = (outcome: Outcome | undefined): boolean => outcome === "ready" || outcome === "degraded";

/** Visits with what their receipt says; one that was taken out since has only its receipt. */
function joined({ visits, receipts }: FigureFacts): Found[] {
  const left = new Map(receipts.map((receipt) => [receipt.demo, receipt]));
  const found = visits.map((visit): Found => {
    const receipt = left.get(visit.id);
    left.delete(visit.id);
    return { ...visit, key: receipt?.key ?? visit.key, outcome: receipt?.outcome };
  });
  const gone = [...left.values()].map(({ demo, key, arrival_ms, outcome }): Found => ({
    id: demo,
    key,
    arrival_ms,
    isMoved: false,
    outcome,
  }));
  return [...found, ...gone];
}

function count(visits: readonly Found[]): Counted {
  const counted: Counted = { visits: visits.length, ready: 0, degraded: 0, not_ready: 0, unknown: 0, no_evidence: 0 };
  for (const { outcome } of visits) counted[outcome ?? "no_evidence"] += 1;
  return counted;
}

/** The visits that an alert is about, its first one before others. */
const demosOf = ({ demo, members = [] }: Alert): string[] => [
  ...new Set([...(demo === undefined ? [] : [demo]), ...members.map((member) => member.demo)]),
];

function alertFigures(alerts: readonly Alert[], visits: ReadonlyMap<string, Found>): Figures["alerts"] {
  const figures = { raised: 0, in_time: 0, taken_in_time: 0, rescued: 0, false_calls: 0 };
  const margins: number[] = [];
  for (const alert of alerts) {
    const visit = visits.get(alert.demo ?? "");
    const raised = Date.parse(alert.raised_at);
    if (visit === undefined || raised > visit.arrival_ms) continue;
    const actBy = Date.parse(alert.act_by);
    const taken = Date.parse(takenAt(alert) ?? "");
    const isActed = taken <= visit.arrival_ms || visit.isMoved;
    figures.raised += 1;
    if (raised <= actBy) figures.in_time += 1;
    if (taken <= actBy) figures.taken_in_time += 1;
    if (isGood(visit.outcome)) figures[isActed ? "rescued" : "false_calls"] += 1;
    margins.push((actBy - raised) / 60_000);
  }
  const margin = median(margins);
  return { ...figures, ...(margin === undefined ? {} : { median_margin_min: Math.round(margin * 10) / 10 }) };
}

function misses(visits: readonly Found[], alerts: readonly Alert[]): Figures["misses"] {
  const first = new Map<string, number>();
  for (const alert of alerts) {
    const raised = Date.parse(alert.raised_at);
    for (const demo of demosOf(alert)) first.set(demo, Math.min(first.get(demo) ?? Number.POSITIVE_INFINITY, raised));
  }
  const bad = visits.filter(({ outcome }) => outcome === "not_ready" || outcome === "unknown");
  const told = bad.filter((visit) => (first.get(visit.id) ?? Number.POSITIVE_INFINITY) <= visit.arrival_ms).length;
  return { told, untold: bad.length - told };
}

function grouped(visits: readonly Found[], keyOf: (visit: Found) => string): [string, Found[]][] {
  const groups = new Map<string, Found[]>();
  for (const visit of visits) {
    const key = keyOf(visit);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [visit]);
    else group.push(visit);
  }
  return [...groups];
}

/** The Monday of the week in which the client came, where the room is. */
function mondayOf({ arrival_ms }: Found, zone: string): string {
  const at = Temporal.Instant.fromEpochMilliseconds(arrival_ms);
  const day = (name: string): Temporal.PlainDate => at.toZonedDateTimeISO(name).toPlainDate();
  const date = ((): Temporal.PlainDate => {
    try {
      return day(zone);
    } catch {
      return day("UTC");
    }
  })();
  return date.subtract({ days: date.dayOfWeek - 1 }).toString();
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

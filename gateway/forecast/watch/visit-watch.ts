import { instant } from "#contract/units.ts";
import type { Row } from "../../readiness/verdict.ts";
import type { Visit } from "../../readiness/visit.ts";
import type { Forecast } from "../forecast.ts";
import { waitsFrom } from "../reset-visit.ts";
import { noteForecast } from "../site/forecast-record.ts";
import { noteAtArrival } from "../site/gear-knowledge.ts";
import { noteStray } from "../site/people-knowledge.ts";
import { gapClass, madeUnreported, noteReset, noteUnreported } from "../site/reset-knowledge.ts";
import { usesBefore } from "../uses.ts";
import type { RoomState } from "../../rooms/room-state.ts";
import type { Teaches } from "./gear-watch.ts";

/** Forecasts are held against what came from so long before arrival, in minutes. */
const MARKS_MIN = [240, 180, 120, 90, 60, 30, 15, 5] as const;
/** A forecast that was made this much later than its mark stands for the next one. */
const LATE_MIN = 4;
const MOST_VISITS = 40;

/** What a check's outcome rests on: its value against the band it must be in, or its outcome. */
const NEAR: ReadonlySet<string> = new Set(["temperature", "co2"]);
const FIXED: ReadonlySet<string> = new Set(["capacity", "capability", "maintenance", "access"]);

interface Followed {
  arrival: number;
  /** Forecasts per check, by mark; what was not made is null. */
  made: Record<string, (number | null)[]>;
  /** When somebody was told to act on a check, and what was forecast then. */
  acted: Record<string, number>;
  occupied?: boolean | undefined;
  /** P(free at arrival) at the last look. */
  free?: number | undefined;
  reset?: number | undefined;
  resetFrom?: number | undefined;
}

export interface VisitSeen {
  visit: Visit;
  verdict: { rows: readonly Row[] };
  forecast: Forecast;
}

/** Follows each visit's forecasts until arrival, and tells the site what came of them. */
export class VisitWatch {
  readonly #visits = new Map<string, Followed>();

  static from(json: unknown): VisitWatch {
    const watch = new VisitWatch();
    if (!Array.isArray(json)) return watch;
    for (const [id, each] of (json as [string, Followed][]).slice(0, MOST_VISITS)) {
      if (typeof id === "string" && Number.isFinite(each?.arrival)) watch.#visits.set(id, each);
    }
    return watch;
  }

  toJSON(): [string, Followed][] {
    return [...this.#visits];
  }

  take(
    room: RoomState,
    seen: readonly VisitSeen[],
    now: number,
    to: Teaches & { isOccupied: boolean | undefined },
  ): void {
    for (const each of seen) {
      const { arrival, demo } = each.visit;
      const leadMin = (arrival - now) / 60_000;
      if (leadMin > MARKS_MIN[0]) continue;
      let followed = this.#visits.get(demo.id);
      if (now < arrival) {
        if (followed === undefined || followed.arrival !== arrival) {
          if (this.#visits.size >= MOST_VISITS) continue;
          followed = { arrival, made: {}, acted: {} };
          this.#visits.set(demo.id, followed);
        }
        this.#mark(followed, each, leadMin, room, to);
        continue;
      }
      if (followed === undefined) continue;
      this.#visits.delete(demo.id);
      if (followed.arrival === arrival && leadMin > -LATE_MIN) arrived(followed, each, room, to);
    }
    for (const [id, { arrival }] of this.#visits) if (now > arrival + 3_600_000) this.#visits.delete(id);
  }

  #mark(
    followed: Followed,
    { visit, verdict: { rows }, forecast }: VisitSeen,
    leadMin: number,
    room: RoomState,
    { site, isOccupied }: Teaches & { isOccupied: boolean | undefined },
  ): void {
    followed.occupied = isOccupied;
    const at = MARKS_MIN.findIndex((mark) => leadMin <= mark && leadMin > mark - LATE_MIN);
    for (const { check, raw, p, cause } of forecast.checks) {
      if (FIXED.has(check)) continue;
      if (check === "unoccupied") followed.free = short(raw);
      if (at >= 0) {
        const made = (followed.made[check] ??= MARKS_MIN.map(() => null));
        if (followed.acted[check] === undefined) made[at] ??= short(raw);
      }
      if (followed.acted[check] !== undefined) continue;
      const since = rows.find((row) => row.check === check)?.since ?? 0;
      const act = site.acts.find(room.key, cause, instant(Math.max(since, visit.arrival - 12 * 3_600_000)));
      if (act !== undefined) followed.acted[check] = short(p);
    }
    for (const row of rows) {
      if (row.check === "reset_visit") this.#followReset(followed, row, { visit, isOccupied, leadMin });
    }
  }

  #followReset(
    followed: Followed,
    row: Row,
    { visit, isOccupied, leadMin }: { visit: Visit; isOccupied: boolean | undefined; leadMin: number },
  ): void {
    const now = visit.arrival - leadMin * 60_000;
    if (row.outcome === "ready") followed.reset ??= now;
    else {
      followed.reset = undefined;
      followed.resetFrom = waitsFrom(visit, isOccupied === true ? now : followed.resetFrom);
    }
  }
}

/** What is remembered of many visits is kept short. */
const short = (p: number): number => Math.round(p * 100_000) / 100_000;

/** What came of a visit's forecasts: where somebody stepped in, what was believed then stands for what nobody can see any more. */
function arrived(
  followed: Followed,
  { visit, verdict: { rows }, forecast }: VisitSeen,
  room: RoomState,
  to: Teaches,
): void {
  const { site, habits } = to;
  for (const row of rows) {
    const made = followed.made[row.check];
    if (made === undefined) continue;
    const acted = followed.acted[row.check];
    const isDoubted = forecast.checks.some(({ check, isDoubted: is }) => is && check === row.check);
    const came = acted ?? (isDoubted ? undefined : cameOf(row, followed, to));
    if (came === undefined) continue;
    for (const [i, p] of made.entries()) {
      if (p !== null) noteForecast(site, { check: row.check, leadMin: MARKS_MIN[i] ?? 0, p, came });
    }
    if (acted === undefined) noteAtArrival(site, habits, { check: row.check, came });
    if (row.check === "unoccupied" && followed.occupied !== undefined && usesBefore(visit, room).length === 0)
      noteStray(site, followed.occupied);
    if (row.check === "reset_visit") teachReset(followed, { visit, room }, to);
  }
}

/** 1: it was as wanted at arrival; 0: it was not; `undefined`: nobody knows. */
function cameOf(row: Row, followed: Followed, { site }: Teaches): number | undefined {
  // The visitors themselves are in at arrival: what was foreseen at the last look before stands for it.
  if (row.check === "unoccupied")
    return followed.occupied === undefined ? undefined : followed.occupied ? followed.free : 1;
  if (row.check === "reset_visit") return followed.reset === undefined ? madeUnreported(site) : 1;
  if (row.outcome === "unknown" || row.part.outcome === "unknown") return undefined;
  if (!NEAR.has(row.check)) return Number(row.part.outcome !== "not_ready");
  const { value, band } = row.part;
  if (typeof value !== "number" || band === undefined) return Number(row.outcome === "ready");
  return Number(value >= band.ready[0] && value <= band.ready[1]);
}

function teachReset(followed: Followed, { visit, room }: { visit: Visit; room: RoomState }, { site }: Teaches): void {
  const from = followed.resetFrom ?? waitsFrom(visit, undefined);
  const act = site.acts.find(room.key, `reset_visit:${visit.demo.id}`, instant(from));
  const until = Math.min(followed.reset ?? visit.arrival, act?.takenAt ?? visit.arrival);
  const ended = followed.reset !== undefined && (act === undefined || followed.reset <= act.takenAt);
  const cls = gapClass((visit.arrival - (visit.before?.end ?? 0)) / 60_000);
  noteReset(site, cls, { entered: 0, left: Math.max(0, (until - from) / 60_000), ended });
  // Only of those that nobody had reported when somebody went to see.
  if (act?.found !== undefined) noteUnreported(site, act.found !== "mended");
}

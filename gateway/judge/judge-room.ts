import type { DemoStatus, SensorFinding } from "#contract/messages/readiness.ts";
import type { Demo, RoomCard } from "#contract/messages/room.ts";
import { type Instant, instant, minutes } from "#contract/units.ts";
import { DEFAULT_TARGET, decideForecast, type Forecast } from "../forecast/forecast.ts";
import type { RoomLearner } from "../forecast/learner.ts";
import type { Ask } from "../readiness/check.ts";
import type { Requirements } from "../readiness/requirements.ts";
import type { Settled } from "../readiness/settle.ts";
import { worse } from "../readiness/score.ts";
import { Judge, type RowsVerdict } from "../readiness/verdict.ts";
import type { RoomState } from "../rooms/room-state.ts";

/** A room's next visits are judged this far ahead. */
const AHEAD = minutes(48 * 60);
/** As arrival comes nearer the forecast is told anew at these leads, also when nothing reports. */
const LEADS_MIN = [180, 120, 90, 60, 45, 30, 20, 15, 10, 5, 2] as const;

export interface JudgedDemo {
  demo: Demo;
  arrival: Instant;
  verdict: RowsVerdict;
  forecast: Forecast;
  status: DemoStatus;
}

/** A room at one moment: everything that is published, before it is put into words. */
export interface JudgedRoom {
  at: Instant;
  card: RoomCard;
  now: RowsVerdict;
  demos: readonly JudgedDemo[];
  findings: readonly SensorFinding[];
  /** When the clock alone may change it. */
  nextAt: Instant | undefined;
  /** Something settled or began to: worth remembering at once. */
  hasShifted: boolean;
}

export interface RoomToJudge {
  room: RoomState;
  card: RoomCard;
  requirements: Requirements;
  settled: Map<string, Settled>;
  learner: RoomLearner;
  findings: readonly SensorFinding[];
}

/** Judges a room now and for each coming visit. Pure but for `settled`, which it carries on. */
export function judgeRoom(options: RoomToJudge, now: Instant): JudgedRoom {
  const { room, card, settled, findings } = options;
  const judge = new Judge({ room, settled, outageOf: (device) => outageOf(findings, device) }, now);
  const base = { card, windows: room.windows, bookings: room.bookings };
  const usual: Ask = { ...base, demo: undefined, needs: { capabilities: card.capabilities } };
  const verdict = judge.verdict(options.requirements.of(usual, room, now));
  const demos = coming(room.demos, now).map((demo) =>
    judgeDemo(judge, { ...base, demo, needs: needsOf(demo, card) }, options),
  );
  for (const { start, end } of room.windows) {
    judge.wakeAt(instant(Date.parse(start)));
    judge.wakeAt(instant(Date.parse(end)));
  }
  for (const booking of room.bookings) judge.wakeAt(instant(Date.parse(booking.end)));
  judge.prune();
  return { at: now, card, now: verdict, demos, findings, nextAt: judge.nextAt, hasShifted: judge.hasShifted };
}

/** Visits that are not over and not too far ahead, in order of arrival. */
const coming = (demos: readonly Demo[], now: Instant): Demo[] =>
  demos
    .filter((demo) => Date.parse(demo.end) > now && Date.parse(demo.arrival) - now <= AHEAD)
    .toSorted((a, b) => Date.parse(a.arrival) - Date.parse(b.arrival) || (a.id < b.id ? -1 : 1));

/** The outage that a device's silence is part of. */
function outageOf(findings: readonly SensorFinding[], device: string): string | undefined {
  return findings.find((each) => each.kind === "outage" && each.to === undefined && each.device === device)?.cause;
}

/** What a visit needs: its own word, and the room's usual for what it does not say. */
const needsOf = (demo: Demo, card: RoomCard): Ask["needs"] => ({
  ...demo.needs,
  capabilities: demo.needs.capabilities ?? card.capabilities,
});

function judgeDemo(judge: Judge, ask: Ask & { demo: Demo }, { learner, room, requirements }: RoomToJudge): JudgedDemo {
  const { now, occupied } = judge.scene;
  const { demo } = ask;
  const arrival = instant(Date.parse(demo.arrival));
  const verdict = judge.verdict(requirements.of(ask, room, now));
  const leadMin = Math.max(0, (arrival - now) / 60_000);
  const forecast = decideForecast({ room, ask, demo, rows: verdict.rows, learner, occupied, now, arrival, leadMin });
  judge.wakeAt(arrival);
  judge.wakeAt(instant(Date.parse(demo.end)));
  for (const { actBy } of forecast.causes) judge.wakeAt(instant(actBy + 1));
  const next = LEADS_MIN.find((lead) => lead < leadMin);
  if (next !== undefined) judge.wakeAt(instant(arrival - minutes(next)));
  const least = Math.min(1, ...forecast.causes.map((cause) => cause.p));
  const isAtRisk = judge.latch(`at-risk:${demo.id}`, (was) => least < (was ? clearOf(demo) : targetOf(demo)));
  return {
    demo,
    arrival,
    verdict,
    forecast,
    status: decideStatus({ verdict, forecast, demo, arrival, isAtRisk }, now),
  };
}

const targetOf = (demo: Demo): number => demo.target ?? DEFAULT_TARGET;
/** A visit that was at risk is clear of it only when it is well above its target, so that it does not flicker. */
const clearOf = (demo: Demo): number => targetOf(demo) + 0.3 * (1 - targetOf(demo));

/**
 * The one word for a visit. Before arrival the forecast speaks, from arrival on the verdict. It takes one cause that
 * endangers the visit by itself to be at risk: many small chances that nothing points to now are nobody's work.
 */
export function decideStatus(
  { verdict, forecast, demo, arrival, isAtRisk }: Omit<JudgedDemo, "status"> & { isAtRisk: boolean },
  now: Instant,
): DemoStatus {
  if (verdict.rows.some((row) => row.check === "maintenance" && row.outcome === "not_ready")) return "maintenance";
  if (now >= arrival) return verdict.outcome;
  if (!isAtRisk) return withoutPassing(verdict, forecast);
  const endangering = forecast.causes.filter((cause) => cause.p < clearOf(demo));
  if (endangering.every((cause) => cause.isUnknown)) return "unknown";
  if (endangering.some((cause) => !cause.isMendable)) return "not_ready";
  return forecast.actBy !== undefined && now > forecast.actBy ? "too_late" : "at_risk";
}

/** The verdict now, leaving out what is expected to be fine by arrival. */
function withoutPassing(verdict: RowsVerdict, forecast: Forecast): DemoStatus {
  let outcome: RowsVerdict["outcome"] = "ready";
  for (const row of verdict.rows) {
    const mendsItself = row.outcome !== "unknown" && forecast.passing.has(row.check);
    if (row.outcome === "ready" || mendsItself) continue;
    outcome = worse(outcome, row.hard ? row.outcome : "degraded");
  }
  return outcome;
}

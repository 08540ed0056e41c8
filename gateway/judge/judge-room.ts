import type { DemoStatus, SensorFinding } from "#contract/messages/readiness.ts";
import type { Demo, RoomCard } from "#contract/messages/room.ts";
import { type Instant, instant, minutes } from "#contract/units.ts";
import { DEFAULT_TARGET, decideForecast, type Forecast } from "../forecast/forecast.ts";
import type { RoomLearner } from "../forecast/learner.ts";
import type { Ask, Check } from "../readiness/check.ts";
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
  checks: readonly Check[];
  settled: Map<string, Settled>;
  learner: RoomLearner;
  findings: readonly SensorFinding[];
}

/** Judges a room now and for each coming visit. Pure but for `settled`, which it carries on. */
export function judgeRoom({ room, card, checks, settled, learner, findings }: RoomToJudge, now: Instant): JudgedRoom {
  const judge = new Judge(room, checks, settled, now);
  const base: Omit<Ask, "demo" | "needs"> = { card, windows: room.windows, bookings: room.bookings };
  const coming = room.demos.filter((demo) => Date.parse(demo.end) > now && Date.parse(demo.arrival) - now <= AHEAD);
  const running = coming.some((demo) => Date.parse(demo.arrival) <= now);
  const verdict = judge.verdict({ ...base, demo: undefined, needs: { capabilities: card.capabilities } });
  const demos = coming
    .toSorted((a, b) => Date.parse(a.arrival) - Date.parse(b.arrival) || (a.id < b.id ? -1 : 1))
    .map((demo) => judgeDemo(judge, { ...base, demo, needs: needsOf(demo, card) }, { learner, now, room }));
  for (const window of room.windows) {
    judge.wakeAt(instant(Date.parse(window.start)));
    judge.wakeAt(instant(Date.parse(window.end)));
  }
  for (const booking of room.bookings) judge.wakeAt(instant(Date.parse(booking.end)));
  void running;
  return { at: now, card, now: verdict, demos, findings, nextAt: judge.nextAt, hasShifted: judge.hasShifted };
}

/** What a visit needs: its own word, and the room's usual for what it does not say. */
const needsOf = (demo: Demo, card: RoomCard): Ask["needs"] => ({
  ...demo.needs,
  capabilities: demo.needs.capabilities ?? card.capabilities,
});

function judgeDemo(
  judge: Judge,
  ask: Ask & { demo: Demo },
  { learner, now, room }: { learner: RoomLearner; now: Instant; room: RoomState },
): JudgedDemo {
  const arrival = instant(Date.parse(ask.demo.arrival));
  const verdict = judge.verdict(ask);
  const leadMin = Math.max(0, (arrival - now) / 60_000);
  const { rows } = verdict;
  const forecast = decideForecast({
    room,
    ask,
    demo: ask.demo,
    rows,
    learner,
    occupied: judge.scene.occupied,
    now,
    arrival,
    leadMin,
  });
  judge.wakeAt(arrival);
  judge.wakeAt(instant(Date.parse(ask.demo.end)));
  for (const { actBy } of forecast.causes) judge.wakeAt(instant(actBy + 1));
  const next = LEADS_MIN.find((lead) => lead < leadMin);
  if (next !== undefined) judge.wakeAt(instant(arrival - minutes(next)));
  return {
    demo: ask.demo,
    arrival,
    verdict,
    forecast,
    status: decideStatus({ verdict, forecast, demo: ask.demo, arrival }, now),
  };
}

/** The one word for a visit. Before arrival the forecast speaks, from arrival on the verdict. */
export function decideStatus(
  { verdict, forecast, demo, arrival }: Omit<JudgedDemo, "status">,
  now: Instant,
): DemoStatus {
  if (verdict.rows.some((row) => row.check === "maintenance" && row.outcome === "not_ready")) return "maintenance";
  if (now >= arrival) return verdict.outcome;
  const target = demo.target ?? DEFAULT_TARGET;
  const endangering = forecast.causes.filter((cause) => cause.p < target);
  if (forecast.p < target && endangering.length > 0) {
    if (endangering.every((cause) => cause.isUnknown)) return "unknown";
    if (endangering.some((cause) => !cause.isMendable)) return "not_ready";
    return forecast.actBy !== undefined && now > forecast.actBy ? "too_late" : "at_risk";
  }
  if (forecast.p < target) return "at_risk";
  return withoutPassing(verdict, forecast);
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

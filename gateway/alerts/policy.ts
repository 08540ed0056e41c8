import { hours, type Millis, minutes, seconds } from "#contract/units.ts";
import { kindOf } from "../forecast/remedies.ts";

/** The numbers of the alert policy. Defaults are those of docs/readiness.md; a site may set its own. */
export interface AlertPolicy {
  /** Time before act-by from which a risk is told even when it is not sure; a snooze ends here at the latest. */
  guard: Millis;
  /** A risk that is told early, once it has lasted for `sustained`: so long before act-by. Before that waiting still teaches. */
  sureRisk: number;
  sureWithin: Millis;
  /** A risk that nothing but people can change: told at once, however far away. */
  certainRisk: number;
  sustained: Millis;
  /** Risk from which a cause is worth an alert: the cost of a false call over the value of a save, by kind of cause. */
  riskToRaise: Readonly<Record<string, number>>;
  riskToRaiseElse: number;
  /** An alert's cause counts as gone below this share of the risk that raises it. */
  leaveShare: number;
  /** Silence is held back this long, and for two reports more, so that what took the device along can be heard first. */
  parentHold: Millis;
  /** Reports counted above are taken as no further apart than this. */
  longestReport: Millis;
  /**
   * By kind of cause: a nudge on the room's panel gets so long to help, and until so long before act-by where that is later; of
   * what it asks for, that share is taken to be done: only what it leaves is worth a call.
   */
  nudge: Readonly<Record<string, { helpsWithin: Millis; beforeActBy: Millis; works: number }>>;
  /** How long a cause must be gone before its alert is resolved; doubled with each reopening, up to `holdDownMost`. */
  holdDown: Millis;
  holdDownMost: Millis;
  /** After a person said "resolved", the cause may persist this long before the alert reopens; longer where air must warm up or clear. */
  trustInReply: Millis;
  trustInAir: Millis;
  /** After a person found nothing wrong: this long in any case, and then until something changes that they could not see. */
  trustInNothing: Millis;
  /** Risk from which what is measured contradicts a person's word; of air, where help may not be enough, or wear off. */
  contradictRisk: number;
  contradictRiskInAir: number;
  reopenWithin: Millis;
  /** How long a resolved alert stays on the wire after its visit. */
  closeAfter: Millis;
  /** Unacknowledged, the lead is told after half of the time left; for priority 1 after this at most. */
  urgentAnswer: Millis;
  /** The shortest time anybody is given to answer; also the wait after a message that may not have arrived. */
  shortestAnswer: Millis;
  /** Before arrival, when another room is kept in case, and offered where only that helps. */
  offerMove: Millis;
  /** So long a visit needs to go to another room: nearer to arrival that gains nothing any more. */
  moveNeeds: Millis;
  /** Messages to one contact: so many within a span at most, and one per `every` over the day. */
  budget: { messages: number; per: Millis; every: Millis };
  retry: { first: Millis; most: Millis; beforeLead: number };
  /** Changes that nobody needs at once (a figure in a sentence) are published no more often than this. */
  quietChange: Millis;
  /** After a restart, how long to wait for a room's first judgement before going on with what was known. */
  restoreGrace: Millis;
}

/** What a call for nothing (of `standby`: a room kept for nothing) costs, where saving a visit is worth 100. The customer's own figures replace these. */
export const defaultCosts = {
  save: 100,
  falseCall: { occupied: 25, co2: 25, sensor: 25, reset_visit: 25, standby: 4 } as Readonly<Record<string, number>>,
  falseCallElse: 15,
};

/** Bounds of what any costs may come to: nothing is told for a mere chance, and what is nearly sure always is. */
const RISK = { least: 0.02, most: 0.95 };

/** The risk from which a call pays: at that risk, what it saves on average is what it costs. */
export const riskOf = (falseCall: number, save: number): number =>
  Math.min(RISK.most, Math.max(RISK.least, falseCall / save));

export const defaultPolicy: AlertPolicy = {
  guard: minutes(25),
  sureRisk: 0.7,
  sureWithin: minutes(90),
  certainRisk: 0.97,
  sustained: seconds(60),
  riskToRaise: Object.fromEntries(
    Object.entries(defaultCosts.falseCall).map(([kind, cost]) => [kind, riskOf(cost, defaultCosts.save)]),
  ),
  riskToRaiseElse: riskOf(defaultCosts.falseCallElse, defaultCosts.save),
  leaveShare: 0.5,
  parentHold: seconds(30),
  longestReport: seconds(60),
  nudge: {
    occupied: { helpsWithin: minutes(5), beforeActBy: minutes(0), works: 0.5 },
    reset_visit: { helpsWithin: minutes(10), beforeActBy: minutes(10), works: 0 },
  },
  holdDown: minutes(5),
  holdDownMost: minutes(60),
  trustInReply: minutes(10),
  trustInAir: minutes(25),
  trustInNothing: minutes(60),
  contradictRisk: 0.5,
  contradictRiskInAir: 0.3,
  reopenWithin: hours(24),
  closeAfter: minutes(15),
  urgentAnswer: minutes(5),
  shortestAnswer: minutes(1),
  offerMove: minutes(20),
  moveNeeds: minutes(15),
  budget: { messages: 10, per: minutes(10), every: minutes(10) },
  retry: { first: seconds(15), most: minutes(5), beforeLead: 3 },
  quietChange: seconds(60),
  restoreGrace: seconds(60),
};

export { kindOf };

/** Risk from which this cause is worth an alert. */
export const riskToRaise = (policy: AlertPolicy, cause: string): number =>
  policy.riskToRaise[kindOf(cause)] ?? policy.riskToRaiseElse;

/** How long a cause must be gone: longer each time that it came back, so that flapping makes one alert and few messages. */
export const holdDownOf = (policy: AlertPolicy, episode: number): Millis =>
  Math.min(policy.holdDown * 2 ** Math.min(episode, 16), policy.holdDownMost) as Millis;

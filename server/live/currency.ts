import { GATEWAY_AGENT } from "#contract/ids.ts";
import type { Currency } from "#contract/api/views.ts";
import type { AgentState } from "#contract/messages/edge.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import { type Instant, instant, minutes, parseInstant, seconds } from "#contract/units.ts";

/** A gateway that publishes its own pulse (an agent's state under the name `gateway`) does so every 30 s. */
export const PULSE_AGENT = GATEWAY_AGENT;
const PULSE_QUIET_AFTER = seconds(90);
/** Without a pulse: where anything is reported, the gateway says so at least every minute. */
const GATEWAY_QUIET_AFTER = seconds(150);
/** A value counts as known for five of its intervals (docs/readiness.md); then the gateway must have said otherwise. */
const INTERVALS_KNOWN = 5;
const SLACK = minutes(1);

/** When what a verdict claims to know can no longer be so without a new word; `undefined` when it claims nothing. */
export function claimsEnd(readiness: RoomReadiness): Instant | undefined {
  let first: number | undefined;
  for (const { kind, at, interval_s } of readiness.evidence) {
    const reported = kind === "known" && at !== undefined ? parseInstant(at) : undefined;
    if (reported === undefined) continue;
    const end = reported + INTERVALS_KNOWN * interval_s * 1_000 + SLACK;
    if (first === undefined || end < first) first = end;
  }
  return first === undefined ? undefined : instant(first);
}

export interface GatewayFacts {
  /** When it last said anything of the site. */
  heard: Instant | undefined;
  pulse: AgentState | undefined;
  /** When the first claim of any room of the site ends. */
  claimsEnd: Instant | undefined;
}

/**
 * How old the gateway's word is. A building in which nothing is reported has a silent gateway, and that is no fault; one
 * that lets its claims run out without a word is not there.
 */
export function decideGatewayCurrency({ heard, pulse, claimsEnd: end }: GatewayFacts, now: Instant): Currency {
  if (heard === undefined) return "waiting";
  if (pulse !== undefined) {
    const isBeating = pulse.state === "online" && now - (parseInstant(pulse.at) ?? 0) <= PULSE_QUIET_AFTER;
    return isBeating ? "live" : "stale";
  }
  return now - heard <= GATEWAY_QUIET_AFTER || end === undefined || now < end ? "live" : "stale";
}

/** How old what is shown of a room is. */
export function decideRoomCurrency(
  room: { at: Instant | undefined; claimsEnd: Instant | undefined },
  gateway: Currency,
  now: Instant,
): Currency {
  if (room.at === undefined) return "waiting";
  return gateway === "live" && (room.claimsEnd === undefined || now < room.claimsEnd) ? "live" : "stale";
}

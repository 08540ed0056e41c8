import type { Currency } from "#contract/api/views.ts";
import { type Instant, minutes, seconds } from "#contract/units.ts";

/** The gateway judges some room of a busy site every few seconds; after this long without a word it is not there. */
export const GATEWAY_QUIET_AFTER = seconds(90);
/** A room alone may rest longer, but its verdict is renewed by its own deadlines well within this. */
export const ROOM_QUIET_AFTER = minutes(15);

/** How old the gateway's word is, of one site or of all of them. */
export function decideGatewayCurrency(heard: Instant | undefined, now: Instant): Currency {
  if (heard === undefined) return "waiting";
  return now - heard <= GATEWAY_QUIET_AFTER ? "live" : "stale";
}

/** How old what is shown of a room is. */
export function decideRoomCurrency(at: Instant | undefined, gateway: Currency, now: Instant): Currency {
  if (at === undefined) return "waiting";
  return gateway === "live" && now - at <= ROOM_QUIET_AFTER ? "live" : "stale";
}

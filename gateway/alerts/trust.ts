import type { Alert } from "#contract/messages/alert.ts";
import { earlier, type Instant, later, type Millis } from "#contract/units.ts";
import { reachedAt } from "./escalation.ts";
import { at, type Finding } from "./finding.ts";
import { type AlertPolicy, kindOf } from "./policy.ts";

/** Air warms up and clears slowly, also once everything has been mended. */
const AIR = new Set(["temperature", "co2", "humidity", "ahu"]);

/**
 * Until when a person's word that it is resolved stands against what is still measured; `undefined` where the room itself said so.
 * Who found nothing wrong is believed until something begins that could not be seen then, each time for longer. People who were
 * asked to leave are not asked again.
 */
export function trustedUntil(
  alert: Alert,
  { cause, members: [first] }: Finding,
  policy: AlertPolicy,
): Instant | undefined {
  const said = alert.history.findLast((event) => event.event === "resolved");
  if (said?.by === undefined) return undefined;
  const saidAt = reachedAt(alert, "resolved") ?? at(said.at);
  const { trustInReply, trustInAir, trustInNothing, offerMove } = policy;
  if (said.found === "nothing_wrong" || said.found === "only_watching") {
    const times = alert.history.filter((event) => event.found === said.found).length;
    const least = later(saidAt, (trustInNothing * 2 ** Math.min(times - 1, 8)) as Millis);
    return first.since > saidAt ? least : (Math.max(least, first.arrival) as Instant);
  }
  if (kindOf(cause) === "occupied") return Math.max(first.arrival, saidAt) as Instant;
  const soon = later(saidAt, trustInReply);
  if (!AIR.has(kindOf(cause))) return soon;
  const whileMoveHelps = earlier(first.arrival, (offerMove + trustInReply) as Millis);
  return Math.max(soon, Math.min(later(saidAt, trustInAir), whileMoveHelps)) as Instant;
}

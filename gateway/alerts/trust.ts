import type { Alert } from "#contract/messages/alert.ts";
import { type Instant, later, type Millis } from "#contract/units.ts";
import { reachedAt } from "./escalation.ts";
import { at, type Finding } from "./finding.ts";
import { type AlertPolicy, kindOf } from "./policy.ts";

/** Air warms up and clears slowly, also once everything has been mended. */
const AIR = new Set(["temperature", "co2", "humidity", "ahu"]);

/**
 * Until when a person's word that it is resolved stands against what is still measured; `undefined` where the room itself said so.
 * It takes more than a mere likelihood to contradict it; less where air must warm up or clear, for what helps it may not be enough, or wear off.
 * Who found nothing wrong is believed until something begins that could not be seen then, for longer each time. People who were asked to leave
 * are not asked again.
 */
export function trustedUntil(alert: Alert, { cause, members }: Finding, policy: AlertPolicy): Instant | undefined {
  const said = alert.history.findLast((event) => event.event === "resolved");
  if (said?.by === undefined) return undefined;
  const [first] = members;
  const saidAt = reachedAt(alert, "resolved") ?? at(said.at);
  const atArrival = Math.max(first.arrival, saidAt) as Instant;
  const isAir = AIR.has(kindOf(cause));
  const contradicts = isAir ? policy.contradictRiskInAir : policy.contradictRisk;
  if (kindOf(cause) === "occupied" || members.every((member) => member.risk < contradicts)) return atArrival;
  if (said.found === "nothing_wrong" || said.found === "only_watching") {
    const times = alert.history.filter((event) => event.event === "resolved" && event.by !== undefined).length;
    const least = later(saidAt, (policy.trustInNothing * 2 ** Math.min(times - 1, 8)) as Millis);
    return first.since > saidAt ? least : (Math.max(least, atArrival) as Instant);
  }
  // Should that not be enough, another room is kept in case.
  return later(saidAt, isAir ? policy.trustInAir : policy.trustInReply);
}

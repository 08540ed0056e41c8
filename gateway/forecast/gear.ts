import type { Row } from "../readiness/verdict.ts";
import type { Opinion, Outlook } from "./context.ts";

/** How gear fails and heals by itself, per minute: 0.00004, and 240 minutes. */
const FAILS_PER_MIN = 0.000_04;
const HEALS_MIN = 240;
/** What is usable now is seldom what stops a visit. */
const USABLE = 0.97;
/** How likely gear that says nothing is fine. */
const UNKNOWN = 0.9;
/** P(really broken) behind a silent switch, and behind a dead agent: then mostly only the watching is gone. */
const BROKEN_BEHIND = { switch: 0.4, agent: 0.25 };

/** P(gear works at arrival if nobody acts). */
export function forecastGear(row: Row, { leadMin }: Outlook): Opinion {
  const healed = 1 - Math.exp(-leadMin / HEALS_MIN);
  switch (row.outcome) {
    case "ready":
      return { p: 1 - stillBroken(leadMin) };
    case "degraded":
      return { p: USABLE * (1 - stillBroken(leadMin)) };
    case "not_ready":
      return { p: healed };
    default:
      return { p: unknown(row.part.cause, healed) };
  }
}

function unknown(cause: string, healed: number): number {
  if (cause.startsWith("switch:")) return 1 - BROKEN_BEHIND.switch * (1 - healed);
  if (cause.startsWith("agent:") || cause.startsWith("site:")) return 1 - BROKEN_BEHIND.agent * (1 - healed);
  return UNKNOWN;
}

/** P(fails before arrival and is still down then): the two-state chain from good. */
function stillBroken(leadMin: number): number {
  const both = FAILS_PER_MIN + 1 / HEALS_MIN;
  return (FAILS_PER_MIN / both) * (1 - Math.exp(-both * leadMin));
}

import type { Row } from "../readiness/verdict.ts";
import { type Opinion, type Outlook, SOON_MIN } from "./context.ts";
import { kindOf } from "./remedies.ts";
import { badLater, baseRate, brokenBehind, failingPerMinute, healing } from "./site/gear-knowledge.ts";

/** What is usable now is seldom what stops a visit. */
const USABLE = 0.97;
/** Behind these many devices fall silent at once; mostly only the watching is gone. */
const SHARED = new Set(["switch", "agent", "site"]);

/** P(gear works at arrival if nobody acts): what is in order may fail, what is bad may heal, the likelier the younger it is. */
export function forecastGear(row: Row, outlook: Outlook): Opinion {
  const { site, now, leadMin } = outlook;
  const { habits } = outlook.watch;
  const kind = kindOf(row.part.cause);
  if (row.outcome === "unknown") return unknown(row, kind, outlook);
  const perMinute = failingPerMinute(site, kind, { at: now, habits });
  const staysGood = 1 - badLater(perMinute, healing(site, kind), leadMin);
  const since = badSince(row, outlook);
  if (since === undefined) return { p: row.outcome === "degraded" ? USABLE * staysGood : staysGood };
  const age = Math.max(0, (now - since) / 60_000);
  const heals = healing(site, kind, row.part.code);
  return {
    p: heals.ends(age, age + leadMin) * staysGood,
    goneSoon: heals.ends(age, age + SOON_MIN),
    isUnsettled: row.outcome !== "not_ready",
  };
}

/** Since when it has been bad; also when that is too new to count as settled. */
function badSince(row: Row, { room }: Outlook): number | undefined {
  if (row.outcome === "not_ready") return row.since;
  const { part } = row;
  if (part.outcome !== "not_ready" || part.device === undefined) return undefined;
  const device = room.devices.get(part.device);
  if (device?.state === "offline") return device.stateSince;
  return device?.slots.get(part.metric ?? "")?.changedAt;
}

function unknown(row: Row, kind: string, { site, watch, now, leadMin }: Outlook): Opinion {
  if (!SHARED.has(kind)) return { p: baseRate(site, watch.habits, row.check) };
  const age = Math.max(0, (now - row.since) / 60_000);
  const heals = healing(site, kind);
  return {
    p: 1 - brokenBehind(site, kind, row.check) * heals.lasts(age, age + leadMin),
    goneSoon: heals.ends(age, age + SOON_MIN),
  };
}

import type { Row } from "../readiness/verdict.ts";
import { type Opinion, type Outlook, SOON_MIN } from "./context.ts";
import { kindOf } from "./remedies.ts";
import { badLater, baseRate, brokenBehind, failingPerMinute, healing } from "./site/gear-knowledge.ts";

/** What is usable now is seldom what stops a visit. */
const USABLE = 0.97;
/** What works again but has not worked for long enough to count mostly goes on working, and within minutes that is settled. */
const BACK = { staysWell: 0.9, settlesSoon: 0.9 };
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
  if (isBack(row)) return { p: BACK.staysWell * staysGood, goneSoon: BACK.settlesSoon };
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

/** It is well by its last word, and only watched whether it stays so: how old the fault was says nothing any more. */
const isBack = ({ outcome, part, faults }: Row): boolean =>
  outcome === "not_ready" &&
  part.outcome === "ready" &&
  faults.every(({ part: each }) => each.outcome === "ready" || each.outcome === "degraded");

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

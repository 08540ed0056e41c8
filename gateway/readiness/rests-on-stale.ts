import type { CheckId, Evidence, RoomReadiness, Verdict } from "#contract/messages/readiness.ts";
import { type Instant, instant, seconds } from "#contract/units.ts";
import { staleFrom } from "../rooms/freshness.ts";

/** Checks that only devices can answer: ready without evidence is ready on nothing. */
const MEASURED: ReadonlySet<CheckId> = new Set([
  "display",
  "video_call",
  "audio",
  "network",
  "temperature",
  "co2",
  "humidity",
  "noise",
  "light",
]);

/**
 * Whether a READY verdict rests on anything stale, unreachable, rejected or never heard. It must be false of everything that
 * is ever published; evaluation counts it. It looks only at what is told, so that it shares no defect with what it watches.
 */
export function restsOnStale(verdict: Verdict, told: Pick<RoomReadiness, "at" | "evidence">): boolean {
  if (verdict.outcome !== "ready") return false;
  const at = instant(Date.parse(told.at));
  return verdict.checks.some((check) => {
    if (check.outcome !== "ready" || !(check.freshness > 0)) return true;
    if (check.evidence_at === undefined) return MEASURED.has(check.check);
    // Gear may tell of one metric while it rests on the freshest of its own.
    const { device, evidence_at: seenAt } = check;
    return !told.evidence.some((each) => each.device === device && each.at === seenAt && isKnown(each, at));
  });
}

function isKnown({ kind, at, interval_s }: Evidence, now: Instant): boolean {
  if (kind !== "known" || at === undefined) return false;
  return now < staleFrom(instant(Date.parse(at)), seconds(interval_s));
}

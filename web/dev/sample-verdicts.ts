import type { Outcome } from "#contract/messages/common.ts";
import type { CheckId, CheckResult, Verdict } from "#contract/messages/readiness.ts";

/** Verdicts for the sample building: every check, with what differs from a good room named. */
export type CheckChange = Partial<CheckResult> & { check: CheckId };

const good: readonly Omit<CheckResult, "since" | "evidence_at">[] = [
  check("display", true, "Display is asleep and woke when tested at 07:45.", {
    value: "standby",
    metric: "power_state",
  }),
  check("video_call", true, "Codec is registered; camera seen.", { value: true, metric: "registered" }),
  check("audio", true, "Two microphones and a loudspeaker.", { value: 2, metric: "microphones_connected" }),
  check("network", true, "All devices answer within 12 ms.", { value: 12, metric: "latency_ms", limit: "≤ 200 ms" }),
  check("capacity", true, "Enough seats.", { limit: "≥ people" }),
  check("unoccupied", true, "Empty since 07:10.", { value: false, metric: "occupied" }),
  check("temperature", true, "21.6 °C, needs 20–24 °C.", { value: 21.6, metric: "temperature_c", limit: "20–24 °C" }),
  check("co2", false, "640 ppm.", { value: 640, metric: "co2_ppm", limit: "≤ 1200 ppm" }),
  check("humidity", false, "44 %.", { value: 44, metric: "humidity_pct", limit: "25–60 %" }),
  check("noise", false, "32 dB(A).", { value: 32, metric: "noise_dba", limit: "≤ 35 dB(A)" }),
];

function check(id: CheckId, hard: boolean, sentence: string, more: Partial<CheckResult>): Omit<CheckResult, "since"> {
  return { check: id, outcome: "ready", hard, code: "OK", sentence, lost: 0, freshness: 1, ...more };
}

const worst: readonly Outcome[] = ["ready", "degraded", "unknown", "not_ready"];

/** The score is what the losses leave of 100, so that the table always adds up. */
export function makeVerdict(at: number, sentence: string, changes: readonly CheckChange[] = []): Verdict {
  const iso = (ms: number): string => new Date(ms).toISOString();
  const checks = good.map((base, index): CheckResult => {
    const change = changes.find((c) => c.check === base.check);
    return {
      ...base,
      since: iso(at - 3_600_000 * (2 + index)),
      evidence_at: iso(at - 1_000 * (9 + index * 7)),
      ...change,
    };
  });
  for (const change of changes)
    if (!checks.some((c) => c.check === change.check))
      checks.push({
        outcome: "ready",
        hard: false,
        code: "OK",
        sentence: "",
        lost: 0,
        freshness: 1,
        since: iso(at),
        ...change,
      });
  const lost = checks.reduce((sum, c) => sum + c.lost, 0);
  const unknown = checks.filter((c) => c.outcome === "unknown").reduce((sum, c) => sum + c.lost, 0);
  const hard = checks.filter((c) => c.hard || c.outcome === "degraded");
  const rank = Math.max(0, ...hard.map((c) => worst.indexOf(c.outcome)));
  return {
    outcome: worst[rank] ?? "unknown",
    score: 100 - lost,
    score_hi: 100 - lost + unknown,
    confidence: Math.min(...checks.map((c) => c.freshness)) < 1 ? 0.82 : 0.97,
    sentence,
    checks,
  };
}

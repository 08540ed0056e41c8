import { describe, expect, it } from "vitest";
import type { CheckResult, Evidence, Verdict } from "#contract/messages/readiness.ts";
import { restsOnStale } from "./rests-on-stale.ts";

const AT = "2026-11-23T09:00:00.000Z";
const SAID = "2026-11-23T08:59:00.000Z";

const check = (some: Partial<CheckResult> = {}): CheckResult => ({
  check: "temperature",
  outcome: "ready",
  hard: true,
  code: "OK",
  sentence: "",
  since: SAID,
  lost: 0,
  freshness: 1,
  evidence_at: SAID,
  device: "air",
  metric: "temperature_c",
  ...some,
});
const verdict = (checks: CheckResult[], outcome: Verdict["outcome"] = "ready"): Verdict => ({
  outcome,
  score: 100,
  score_hi: 100,
  confidence: 1,
  sentence: "",
  checks,
});
const evidence = (some: Partial<Evidence> = {}): Evidence => ({
  device: "air",
  metric: "temperature_c",
  kind: "known",
  value: 21,
  at: SAID,
  since: SAID,
  interval_s: 60,
  ...some,
});
const rests = (one: CheckResult, other: Evidence, at = AT): boolean =>
  restsOnStale(verdict([one]), { at, evidence: [other] });

describe("a READY that rests on nothing", () => {
  it("is not one whose evidence is known and young", () => {
    expect(rests(check(), evidence())).toBe(false);
  });

  it("is one whose evidence is stale, unreachable, rejected or unknown", () => {
    for (const kind of ["stale", "unreachable", "rejected", "unknown"] as const)
      expect(rests(check(), evidence({ kind }))).toBe(true);
  });

  it("is one whose evidence is five reports old, whatever kind it is said to be of", () => {
    expect(rests(check(), evidence(), "2026-11-23T09:03:59.999Z")).toBe(false);
    expect(rests(check(), evidence(), "2026-11-23T09:04:00.000Z")).toBe(true);
  });

  it("is one that names other evidence than there is, or none where only a device can tell", () => {
    expect(rests(check({ device: "else" }), evidence())).toBe(true);
    expect(rests(check({ evidence_at: AT }), evidence())).toBe(true);
    const { evidence_at: _, ...unfounded } = check();
    expect(rests(unfounded, evidence())).toBe(true);
    expect(rests({ ...unfounded, check: "capacity" }, evidence())).toBe(false);
  });

  it("is one with a single such check among others, and not one whose evidence lies among others", () => {
    const told = { at: AT, evidence: [evidence(), evidence({ device: "wall", kind: "stale" })] };
    expect(restsOnStale(verdict([check()]), told)).toBe(false);
    expect(restsOnStale(verdict([check(), check({ device: "wall" })]), told)).toBe(true);
    const { at: _, ...undated } = evidence();
    expect(rests(check(), undated as Evidence)).toBe(true);
  });

  it("is one with a check that is not ready or has no freshness left", () => {
    expect(rests(check({ outcome: "unknown" }), evidence())).toBe(true);
    expect(rests(check({ freshness: 0 }), evidence())).toBe(true);
  });

  it("says nothing of other outcomes", () => {
    const stale = { at: AT, evidence: [evidence({ kind: "stale" })] };
    for (const outcome of ["degraded", "unknown", "not_ready"] as const)
      expect(restsOnStale(verdict([check()], outcome), stale)).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import type { KnownFault } from "./faults.ts";
import type { ReplayFinding } from "./replay-finding.ts";
import { scoreFindings } from "./score-findings.ts";

const at = (minute: number): string => new Date(minute * 60_000).toISOString();
const finding = (room: string, metric: string, from: number, to: number): ReplayFinding => ({
  room,
  device: "env",
  metric,
  canonical: metric === "temperature" ? "temperature_c" : metric,
  kind: "spike",
  from: at(from),
  to: at(to),
  lasting: false,
  confidence: 1,
  sentence: "",
});
const fault = (room: string, field: string, from: number, to: number): KnownFault => ({
  room,
  field,
  kind: "x",
  from: instant(from * 60_000),
  to: instant(to * 60_000),
});

describe("a known fault", () => {
  it("is found by a finding on its room and metric that overlaps or touches it", () => {
    const findings = [finding("1", "temperature", 10, 20)];
    const recall = (known: KnownFault): number | null => scoreFindings(findings, [known]).recall;
    expect(recall(fault("1", "temperature", 15, 15))).toBe(1);
    expect(recall(fault("1", "temperature", 20, 30))).toBe(1);
    expect(recall(fault("1", "temperature_c", 0, 10))).toBe(1);
    expect(recall(fault("1", "temperature", 21, 30))).toBe(0);
    expect(recall(fault("2", "temperature", 10, 20))).toBe(0);
    expect(recall(fault("1", "co2", 10, 20))).toBe(0);
    expect(recall(fault("1", "*", 10, 20))).toBe(0);
  });
});

describe("a finding", () => {
  it("is unfounded when it overlaps no fault of its room, and strictly also when none of its metric", () => {
    const faults = [fault("1", "*", 10, 20)];
    const findings = [
      finding("1", "*", 5, 10),
      finding("1", "co2", 15, 16),
      finding("1", "*", 30, 40),
      finding("2", "*", 10, 20),
    ];
    const score = scoreFindings(findings, faults);
    expect(score.precision).toBe(0.5);
    expect(score.precision_strict).toBe(0.25);
    expect(score.unfounded.map(({ room, from }) => [room, from])).toEqual([
      ["1", at(30)],
      ["2", at(10)],
    ]);
  });
});

it("nothing found or nothing known has no share", () => {
  expect(scoreFindings([], [])).toEqual({
    precision: null,
    precision_strict: null,
    recall: null,
    missed: [],
    unfounded: [],
  });
});

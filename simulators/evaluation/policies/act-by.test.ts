import { expect, it } from "vitest";
import type { CheckResult, Evidence, RoomReadiness, Verdict } from "#contract/messages/readiness.ts";
import { Responders } from "../responders/responders.ts";
import { quietScenario } from "../quiet-scenario.ts";
import { Telemetry } from "../telemetry/telemetry.ts";
import { Building } from "../world/building.ts";
import { makeWorld } from "../world/world.ts";
import { ActBy, countOnStale } from "./act-by.ts";

const AT = "2026-03-02T10:00:00.000Z";
const check: CheckResult = {
  check: "temperature",
  outcome: "ready",
  hard: true,
  code: "OK",
  sentence: "",
  since: AT,
  lost: 0,
  freshness: 1,
  evidence_at: AT,
  device: "air",
  metric: "temperature_c",
};
const evidence: Evidence = {
  device: "air",
  metric: "temperature_c",
  kind: "known",
  at: AT,
  since: AT,
  interval_s: 300,
};
const verdict: Verdict = { outcome: "ready", score: 100, score_hi: 100, confidence: 1, sentence: "", checks: [check] };
const told = (over: Partial<RoomReadiness>): RoomReadiness => ({
  at: AT,
  now: verdict,
  demos: [],
  evidence: [evidence],
  findings: [],
  ...over,
});

it("counts every READY that rests on what is not known", () => {
  expect(countOnStale(told({}))).toBe(0);
  expect(countOnStale(told({ evidence: [{ ...evidence, kind: "stale" }] }))).toBe(1);
  expect(countOnStale(told({ evidence: [] }))).toBe(1);
  const demos = [
    {
      demo: "a",
      start: AT,
      arrival: AT,
      end: AT,
      status: "ready" as const,
      sentence: "",
      verdict,
      p_ready: 1,
      basis: "prior" as const,
      causes: [],
    },
  ];
  expect(countOnStale(told({ demos, evidence: [{ ...evidence, kind: "unreachable" }] }))).toBe(2);
  expect(countOnStale(told({ now: { ...verdict, outcome: "unknown" }, evidence: [] }))).toBe(0);
});

it("counts a READY that still stands at arrival although the room fell silent and the gateway did not notice", async () => {
  const scenario = quietScenario();
  scenario.reset_visits.asked_gap_min = 100_000;
  const building = new Building(makeWorld(scenario, 1, { rooms: 10, days: 1 }));
  const setting = { building, responders: new Responders(building, { byDue: true }), calls: [], isScored: () => true };
  const policy = new ActBy(setting, { acts: true });
  const telemetry = new Telemetry(building, policy);
  building.startDay(0);
  policy.passes();
  await policy.startDay();
  telemetry.startDay();
  const visit = building.plan.visits.find(({ arrival, gap }) => arrival > 600 && gap > 60);
  if (visit === undefined) throw new Error("the seed has no such visit");
  for (let minute = 360; minute < visit.arrival - 60; minute++) {
    building.step(minute);
    policy.passes();
    telemetry.minute();
    await policy.minute();
  }
  // The clock of the gateway stands still: it cannot see that an hour passes without a word.
  building.step(visit.arrival);
  policy.arrived(visit);
  expect(policy.readyOnStale).toBe(1);
  await policy.stop();
});

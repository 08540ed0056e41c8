import { expect, it } from "vitest";
import type { SensorFinding } from "#contract/messages/readiness.ts";
import { Bench, NINE } from "./check-fixture.ts";
import { sensorHealth } from "./sensor-health.ts";

const stuck: SensorFinding = {
  device: "air",
  metric: "co2_ppm",
  kind: "stuck",
  from: new Date(NINE).toISOString(),
  confidence: 0.9,
  sentence: "The CO₂ of air has not moved since Tuesday.",
};

it("is ready without findings, and lowers without blocking while one lasts", () => {
  expect(new Bench(sensorHealth(() => [])).finds()).toMatchObject({ outcome: "ready", hard: false });
  const row = new Bench(sensorHealth(() => [stuck])).finds();
  expect(row).toMatchObject({
    outcome: "degraded",
    hard: false,
    code: "SENSOR_STUCK",
    part: { cause: "sensor:air/co2_ppm" },
  });
  expect(row?.part.say(row.since)).toBe(stuck.sentence);
});

it("leaves out findings that have ended", () => {
  expect(new Bench(sensorHealth(() => [{ ...stuck, to: stuck.from }])).finds()?.outcome).toBe("ready");
});

import { expect, it } from "vitest";
import type { SensorFinding } from "#contract/messages/readiness.ts";
import { Bench, NINE, testCard } from "./check-fixture.ts";
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

it("says that all is well where it is, and is asked where anything measures or should", () => {
  const well = new Bench(sensorHealth(() => []));
  expect(well.finds()?.part).toMatchObject({ code: "OK", cause: "sensor:", quality: 1 });
  expect(well.tells()).toBe("All sensors can be believed.");
  expect(sensorHealth(() => []).id).toBe("sensor_health");
  const bare = { devices: [testCard.devices[1]] as typeof testCard.devices };
  expect(
    new Bench(
      sensorHealth(() => []),
      bare,
    ).finds(),
  ).toBeUndefined();
  expect(
    new Bench(
      sensorHealth(() => []),
      bare,
    )
      .says({ power_state: "on" })
      .finds(),
  ).toMatchObject({ code: "OK" });
});

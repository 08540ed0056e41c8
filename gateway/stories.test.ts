import { afterEach, describe, expect, it } from "vitest";
import { harbour, Story } from "./story-fixture.ts";

const fine = { temperature_c: 22, co2_ppm: 500, occupied: false, power_state: "on", registered: true };

let story: Story;
const begin = async (at: string): Promise<Story> => {
  story = await Story.begin(at);
  return story;
};
afterEach(() => story.end());

describe("a hot room before a demo", () => {
  it("is at risk with an act-by while there is time, and too late after it", async () => {
    const story = await begin("08:00");
    story.card();
    story.demos({ id: "acme", from: "11:00", to: "12:00" });
    await story.reports(fine, { until: "08:20" });
    expect(story.readiness().now.outcome).toBe("ready");
    expect(story.demo("acme").status).toBe("ready");

    await story.reports({ ...fine, temperature_c: 25.4 }, { until: "08:40" });
    const risk = story.demo("acme");
    expect(risk.status).toBe("at_risk");
    expect(risk.causes[0]).toMatchObject({ cause: "temperature", checks: ["temperature"] });
    const actBy = risk.act_by ?? "";
    expect(actBy > story.wire("08:40")).toBe(true);
    expect(actBy < story.wire("09:30")).toBe(true);
    expect(risk.sentence).toMatch(
      /^Room is 25.4 °C since 08:2\d, 1.4 K above 24; expected .* at 11:00\. Act by 0[89]:\d\d\.$/,
    );

    await story.reports({ ...fine, temperature_c: 25.4 }, { until: "10:58" });
    expect(story.demo("acme").status).toBe("too_late");
    expect(story.statuses("acme")).toEqual(["ready", "at_risk", "too_late"]);
    expect(story.alerts().map(({ cause }) => cause)).toEqual(["temperature"]);
  });

  it("is well again when it cools in time", async () => {
    const story = await begin("08:00");
    story.card();
    story.demos({ id: "acme", from: "11:00", to: "12:00" });
    await story.reports({ ...fine, temperature_c: 25.4 }, { until: "08:30" });
    expect(story.demo("acme").status).toBe("at_risk");
    for (let minute = 0; minute < 60; minute++) {
      story.report({ ...fine, temperature_c: 25.4 - minute * 0.05 });
      await story.waits(`08:${30 + Math.floor(minute / 2)}:${minute % 2 === 0 ? "30" : "59"}`);
    }
    await story.reports({ ...fine, temperature_c: 22.5 }, { until: "09:30" });
    expect(story.demo("acme").status).toBe("ready");
  });
});

describe("a codec that loses its registration", () => {
  it("blocks after three minutes, is told with its remedies, and comes back after two good ones", async () => {
    const story = await begin("09:00");
    story.card();
    story.demos({ id: "acme", from: "10:30", to: "11:00" });
    await story.reports(fine, { until: "09:10" });
    await story.reports({ ...fine, registered: false }, { until: "09:20" });
    const { status, verdict, causes } = story.demo("acme");
    expect(status).toBe("at_risk");
    expect(verdict.outcome).toBe("not_ready");
    expect(verdict.sentence).toBe("Codec is not registered for calls since 09:10.");
    expect(causes[0]?.cause).toBe("codec:codec-1");
    expect(causes[0]?.steps.map((step) => step.remedy)).toEqual(["restart_remote", "technician_codec", "move"]);
    const lost = verdict.checks.reduce((sum, check) => sum + check.lost, 0);
    expect(lost).toBeCloseTo(100 - verdict.score, 6);
    await story.reports(fine, { until: "09:30" });
    expect(story.demo("acme").status).toBe("ready");
    expect(story.outcomes()).toEqual(["ready", "not_ready", "ready"]);
  });
});

describe("an agent that dies", () => {
  it("is one cause for everything it spoke for, and is over when it is back", async () => {
    const story = await begin("09:00");
    story.card();
    story.demos({ id: "acme", from: "10:00", to: "11:00" });
    story.agent("online");
    await story.reports(fine, { until: "09:10" });
    story.agent("offline");
    await story.waits("09:11");
    const { verdict, status, causes } = story.demo("acme");
    expect([verdict.outcome, status]).toEqual(["unknown", "unknown"]);
    expect(causes.map(({ cause }) => cause)).toEqual(["agent:pi-3"]);
    expect(causes[0]?.checks.toSorted()).toEqual(["co2", "display", "temperature", "unoccupied", "video_call"]);
    expect(new Set(story.readiness().evidence.map(({ kind }) => kind))).toEqual(new Set(["unreachable"]));
    await story.waits("09:40");
    expect(story.alerts().map(({ cause }) => cause)).toEqual(["agent:pi-3"]);
    story.agent("online");
    await story.reports(fine, { until: "09:50" });
    expect(story.demo("acme").status).toBe("ready");
  });

  it("does not hide what was known to be broken", async () => {
    const story = await begin("09:00");
    story.card();
    story.demos({ id: "acme", from: "10:00", to: "11:00" });
    await story.reports({ ...fine, registered: false }, { until: "09:10" });
    story.agent("offline");
    await story.waits("09:50");
    expect(story.demo("acme").verdict.outcome).toBe("not_ready");
  });

  it("shows itself by silence, too, when no last will tells of it", async () => {
    const story = await begin("09:00");
    story.card();
    story.demos({ id: "acme", from: "10:00", to: "11:00" });
    await story.reports(fine, { until: "09:10" });
    await story.waits("09:25");
    expect(story.demo("acme").causes.map(({ cause }) => cause)).toEqual(["agent:pi-3"]);
  });
});

describe("a switch that takes its devices along", () => {
  it("is the one cause", async () => {
    const story = await begin("09:00");
    story.card();
    story.demos({ id: "acme", from: "10:00", to: "11:00" });
    await story.reports(fine, { until: "09:10" });
    for (const device of ["proj-1", "codec-1"]) story.device(device, { state: "offline" });
    await story.reports({ temperature_c: 22, co2_ppm: 500, occupied: false }, { until: "09:20" });
    expect(story.demo("acme").causes.map(({ cause }) => cause)).toEqual(["switch:sw-12"]);
  });
});

describe("a flapping sensor", () => {
  it("gives one change, not sixty", async () => {
    const story = await begin("09:00");
    story.card();
    await story.reports(fine, { until: "09:10" });
    for (let minute = 10; minute < 50; minute++) {
      await story.reports({ ...fine, temperature_c: minute % 2 === 0 ? 24.1 : 23.95 }, { until: `09:${minute + 1}` });
    }
    expect(story.outcomes().length).toBeLessThanOrEqual(3);
    const flapping = story.outcomes().length;
    for (let minute = 0; minute < 30; minute++) {
      await story.reports(
        { ...fine, registered: minute % 3 !== 0 },
        { until: `10:${String(minute + 1).padStart(2, "0")}` },
      );
    }
    expect(story.outcomes().length - flapping).toBeLessThanOrEqual(1);
  });
});

describe("what is stale", () => {
  it("is never green, and says since when", async () => {
    const story = await begin("09:00");
    story.card();
    await story.reports(fine, { until: "09:10" });
    await story.waits("09:14:30");
    const { now, evidence } = story.readiness();
    expect(now.outcome).toBe("unknown");
    expect(now.score).toBeLessThanOrEqual(59);
    expect(now.score_hi).toBeGreaterThan(now.score);
    expect(now.sentence).toMatch(/is silent since 09:09\.$/);
    expect(new Set(evidence.map(({ kind }) => kind))).toEqual(new Set(["stale"]));
    for (const { now, at } of story.told) if (at > story.wire("09:14")) expect(now.outcome).not.toBe("ready");
  });

  it("is not so for a sleeping battery device, nor for a value that does not change", async () => {
    const story = await begin("09:00");
    story.card({ capabilities: [], devices: harbour.devices.slice(0, 1) });
    story.device("air", { state: "sleeping" });
    story.report({ temperature_c: 22, co2_ppm: 500, occupied: false });
    await story.waits("10:30");
    expect(story.readiness().now.outcome).toBe("ready");
  });
});

describe("a sensor that lies", () => {
  it("is a finding of the sensor, not a hot room", async () => {
    const story = await begin("09:00");
    story.card();
    await story.reports({ ...fine, temperature_c: 394 }, { until: "09:20" });
    const { now, findings } = story.readiness();
    expect(now.checks.find(({ check }) => check === "temperature")).toMatchObject({
      outcome: "unknown",
      code: "SENSOR_REJECTED",
    });
    expect(findings).toMatchObject([{ device: "air", metric: "temperature_c", kind: "out_of_range" }]);
    expect(now.checks.find(({ check }) => check === "sensor_health")?.outcome).toBe("degraded");
  });

  it("does not disturb the verdict with one glitch", async () => {
    const story = await begin("09:00");
    story.card();
    await story.reports(fine, { until: "09:20" });
    await story.reports({ ...fine, temperature_c: 70 }, { until: "09:21" });
    await story.reports(fine, { until: "09:30" });
    expect(story.readiness().now.checks.find(({ check }) => check === "temperature")?.outcome).toBe("ready");
    expect(story.outcomes()).not.toContain("not_ready");
  });
});

describe("maintenance", () => {
  it("is a status of its own while it overlaps the visit, and is planned work, not a fault", async () => {
    const story = await begin("09:00");
    story.card();
    story.demos({ id: "acme", from: "10:00", to: "11:00" }, { id: "beta", from: "14:00", to: "15:00" });
    story.maintenance({ id: "m1", from: "09:30", to: "10:30" });
    await story.reports(fine, { until: "09:10" });
    expect(story.demo("acme")).toMatchObject({ status: "maintenance", causes: [{ cause: "maintenance:m1" }] });
    expect(story.demo("acme").sentence).toBe("In maintenance from 09:30 until 10:30: Filter change.");
    expect(story.demo("beta").status).toBe("ready");
    expect(story.readiness().now.outcome).toBe("ready");
    await story.reports(fine, { until: "09:31" });
    expect(story.readiness().now.outcome).toBe("not_ready");
    await story.reports(fine, { until: "10:31" });
    expect(story.readiness().now.outcome).toBe("ready");
  });
});

describe("a meeting that runs over", () => {
  it("puts the next visit at risk, and lets go when the people leave", async () => {
    const story = await begin("09:00");
    story.card();
    story.visits([{ id: "acme", from: "10:00", to: "11:00" }], [{ from: "09:00", to: "09:30" }]);
    await story.reports({ ...fine, occupied: true }, { until: "09:25" });
    expect(story.demo("acme").status).toBe("ready");
    await story.reports({ ...fine, occupied: true }, { until: "09:56" });
    const { verdict, causes, status } = story.demo("acme");
    expect(verdict.checks.find(({ check }) => check === "unoccupied")).toMatchObject({
      code: "OVERRUN",
      outcome: "degraded",
    });
    expect(causes[0]?.cause).toBe("occupied");
    expect(["at_risk", "too_late"]).toContain(status);
    await story.reports(fine, { until: "10:00" });
    expect(story.demo("acme").verdict.outcome).toBe("ready");
  });
});

describe("a restart", () => {
  it("brings verdict, settled faults and alerts back without a new reading, from what the broker keeps", async () => {
    const story = await begin("09:00");
    story.card();
    story.demos({ id: "acme", from: "10:30", to: "11:30" });
    await story.reports({ ...fine, registered: false }, { until: "09:20" });
    const before = story.readiness();
    const alerts = story.alerts().map(({ id, status, notifications }) => ({ id, status, sent: notifications.length }));
    expect(alerts.length).toBe(1);
    await story.crash();
    await story.waits("09:20:01");
    const after = story.readiness();
    expect(after.at > before.at).toBe(true);
    expect(after.now).toEqual({ ...before.now, confidence: after.now.confidence, checks: expect.anything() });
    expect(after.demos[0]?.status).toBe(before.demos[0]?.status);
    expect(after.demos[0]?.verdict.checks.map(({ check, outcome, since }) => [check, outcome, since])).toEqual(
      before.demos[0]?.verdict.checks.map(({ check, outcome, since }) => [check, outcome, since]),
    );
    await story.reports({ ...fine, registered: false }, { until: "09:25" });
    expect(story.alerts().map(({ id, status, notifications }) => ({ id, status, sent: notifications.length }))).toEqual(
      alerts,
    );
  });

  it("does not wait for the clock to notice what went silent meanwhile", async () => {
    const story = await begin("09:00");
    story.card();
    await story.reports(fine, { until: "09:10" });
    await story.stop();
    story.clock.advanceTo(story.time("09:40"));
    await story.crash();
    await story.waits("09:40:01");
    expect(story.readiness().now.outcome).toBe("unknown");
  });

  it("takes back a verdict whose room has gone", async () => {
    const story = await begin("09:00");
    story.card();
    await story.reports(fine, { until: "09:05" });
    await story.stop();
    story.broker.retained.delete("greenroom/v1/hq/harbour/card");
    await story.crash();
    await story.waits("09:06");
    expect(() => story.readiness()).toThrow("nothing was published");
  });
});

describe("what is published", () => {
  it("is silent while nothing is new, and bounded while figures move", async () => {
    const story = await begin("09:00");
    story.card();
    await story.reports(fine, { until: "09:20" });
    const before = story.told.length;
    for (let second = 0; second < 60; second++) {
      for (let i = 0; i < 5; i++) story.report({ ...fine, co2_ppm: 500 + second * 10 + i });
      story.passes(1);
    }
    expect(story.told.length - before).toBeLessThanOrEqual(62);
    const settled = story.told.length;
    for (let second = 0; second < 60; second++) {
      story.report({ ...fine, co2_ppm: 1_090 });
      story.passes(1);
    }
    expect(story.told.length - settled).toBeLessThanOrEqual(3);
  });

  it("survives what nobody should send", async () => {
    const story = await begin("09:00");
    story.card();
    for (const payload of [
      "",
      "{",
      "[]",
      '{"at":"yesterday","metrics":{}}',
      '{"at":"2026-11-23T09:00:00Z","metrics":{"temperature_c":"hot"}}',
      "\u0000",
    ]) {
      for (const kind of ["card", "demos", "maintenance", "memory", "air/reading", "air/state", "alerts/x/reply"]) {
        if (payload === "" && kind === "card") continue;
        await story.bus.publish(`greenroom/v1/hq/harbour/${kind}`, payload);
      }
    }
    await story.reports(fine, { until: "09:10" });
    expect(story.readiness().now.outcome).toBe("ready");
    expect(story.gateway.stats()["refused"]).toBeGreaterThan(10);
    expect(story.gateway.stats()["failed"]).toBe(0);
  });
});

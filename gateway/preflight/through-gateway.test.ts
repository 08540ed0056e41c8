import { afterEach, expect, it } from "vitest";
import type { Command } from "#contract/messages/edge.ts";
import { rfc3339 } from "#contract/units.ts";
import { parsePayload, parseTopic } from "#contract/wire.ts";
import { harbour, Story } from "../story-fixture.ts";

let story: Story;
afterEach(() => story.end());

it("a projector that sleeps and fails its trial is not ready for the visit, until it is seen on", async () => {
  story = await Story.begin("09:00");
  const commands: Command[] = [];
  await story.bus.subscribe("greenroom/v1/+/+/+/command", ({ topic, payload }) => {
    const parsed = parsePayload("command", payload);
    if (parsed.ok && parseTopic(topic)?.device === "proj-1") commands.push(parsed.value);
  });
  story.card({
    devices: harbour.devices.map((each) => (each.kind === "projector" ? { ...each, control: true } : each)),
  });
  story.demos({ id: "acme", from: "10:30", to: "11:00" });
  const asleep = { temperature_c: 22, co2_ppm: 500, occupied: false, power_state: "standby", registered: true };
  await story.reports({ ...asleep, power_state: "on" }, { until: "09:05" });
  await story.reports(asleep, { until: "09:46" });
  expect(story.demo("acme").status).toBe("ready");
  const [command] = commands;
  expect(command?.command).toBe("preflight");
  const result = {
    id: command?.id ?? "",
    at: rfc3339(story.clock.now()),
    ok: false,
    code: "DEVICE_FAULT",
    text: "lamp",
  };
  story.say("result", { room: "harbour", device: "proj-1" }, result);
  await story.reports(asleep, { until: "09:52" });
  const check = story.demo("acme").verdict.checks.find((each) => each.check === "display");
  expect(check).toMatchObject({ outcome: "not_ready", code: "TRIAL_FAILED" });
  expect(check?.sentence).toMatch(/^Projector has failed when tried out since 09:4\d: lamp\.$/);
  await story.reports({ ...asleep, power_state: "on" }, { until: "10:00" });
  expect(story.demo("acme").verdict.checks.find((each) => each.check === "display")?.outcome).toBe("ready");
  expect(story.gateway.stats()).toMatchObject({ preflight_asked_total: 2, preflight_failed_total: 1 });
});

import { afterEach, expect, it } from "vitest";
import { parsePayload } from "#contract/wire.ts";
import { Story } from "./story-fixture.ts";

const TOPIC = "greenroom/v1/hq/agents/gateway/memory";
const fine = { temperature_c: 22, co2_ppm: 500, occupied: false, power_state: "on", registered: true };
const broken = { ...fine, registered: false };

let story: Story;
afterEach(() => story.end());

/** What the site's gear has taught, as the broker keeps it. */
function remembered(): Record<string, unknown> {
  const bytes = story.broker.retained.get(TOPIC);
  if (bytes === undefined) throw new Error("nothing is remembered");
  const parsed = parsePayload("siteMemory", bytes);
  if (!parsed.ok) throw new Error(`${parsed.where}: ${parsed.why}`);
  return (parsed.value.state as { ledgers: Record<string, unknown> }).ledgers;
}

it("a gateway that is killed goes on from what its site had learned", async () => {
  story = await Story.begin("07:00");
  story.card();
  for (const [from, to] of [
    ["07:20", "07:30"],
    ["07:40", "07:52"],
    ["08:20", "08:31"],
  ] as const) {
    await story.reports(fine, { until: from });
    await story.reports(broken, { until: to });
  }
  await story.reports(fine, { until: "09:15" });
  const before = remembered();
  expect(Object.keys(before)).toEqual(expect.arrayContaining(["heal codec", "heal codec/CODEC_UNREGISTERED"]));
  await story.crash();
  await story.reports(fine, { until: "09:40" });
  expect(remembered()["heal codec"]).toEqual(before["heal codec"]);

  // Three spells of eleven minutes: it is expected to heal soon, also by the gateway that never saw one.
  story.demos({ id: "acme", from: "11:30", to: "12:00" });
  await story.reports(broken, { until: "09:47" });
  const [cause] = story.demo("acme").causes;
  expect(cause?.cause).toBe("codec:codec-1");
  expect(cause?.waiting?.teaches).toBeGreaterThan(0.2);
});

it("what the wire keeps of a site in a shape that nobody knows is left out", async () => {
  story = await Story.begin("07:00");
  story.say("siteMemory", { agent: "gateway" }, { at: story.wire("07:00"), version: 1, state: { version: 7, x: [] } });
  await story.crash();
  story.card();
  await story.reports(fine, { until: "07:30" });
  expect(story.readiness().now.outcome).toBe("ready");
  await story.stop();
  expect(remembered()).toBeDefined();
});

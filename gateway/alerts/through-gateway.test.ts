import { describe, expect, it } from "vitest";
import { rfc3339 } from "#contract/units.ts";
import { publish } from "#contract/wire.ts";
import { Story } from "../story-fixture.ts";
import { settle } from "./desk-fixture.ts";

const fine = { temperature_c: 22, co2_ppm: 500, occupied: false, power_state: "on", registered: true };
const hot = { ...fine, temperature_c: 27.5 };

describe("alerts through the whole gateway, from readings to the wire", () => {
  it("a hot room becomes one alert, survives three kills without a second message, takes a reply and resolves", async () => {
    const story = await Story.begin("08:00");
    story.card();
    story.demos({ id: "acme", from: "11:00", to: "12:00" });
    await story.reports(fine, { until: "08:10" });
    expect(story.alerts()).toEqual([]);
    await story.reports(hot, { until: "08:40" });
    await settle();
    const [alert, ...others] = story.alerts();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ cause: "temperature", status: "open", demo: "acme", rooms: ["hq/harbour"] });
    expect(alert?.title).toMatch(/^Harbour is 27\.5 °C since 08:1\d, 3\.5 K above 24 for acme visit 11:00$/);
    expect(alert?.notifications.map((each) => each.state)).toEqual(["sent"]);
    for (let i = 0; i < 3; i++) {
      await story.crash();
      await settle();
    }
    const reply = { at: rfc3339(story.clock.now()), reply: "acknowledge" as const, by: "priya" };
    await publish(story.bus, "reply", { site: "hq", room: "harbour", id: alert?.id ?? "" }, reply);
    await story.reports(hot, { until: "08:45" });
    await settle();
    expect(story.alerts()[0]).toMatchObject({ id: alert?.id, status: "acknowledged" });
    expect(story.alerts()[0]?.notifications).toHaveLength(1);
    await story.reports(fine, { until: "09:10" });
    await settle();
    expect(story.alerts()[0]).toMatchObject({ id: alert?.id, status: "resolved" });
    expect(story.gateway.stats()).toMatchObject({ alerts_resolved: 1 });
    await story.end();
  });
});

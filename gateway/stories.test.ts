import { describe, expect, it } from "vitest";
import { Story } from "./story-fixture.ts";

const fine = { temperature_c: 22, co2_ppm: 500, occupied: false, power_state: "on", registered: true };

describe("a hot room before a demo", () => {
  it("is at risk with an act-by while there is time, and too late after it", async () => {
    const story = await Story.begin("08:00");
    story.card();
    story.demos({ id: "acme", from: "11:00", to: "12:00" });
    await story.reports(fine, { until: "08:20" });
    expect(story.readiness().now.outcome).toBe("ready");
    expect(story.demo("acme").status).toBe("ready");
    await story.reports({ ...fine, temperature_c: 25.4 }, { until: "08:40" });
    const risk = story.demo("acme");
    expect(risk.status).toBe("at_risk");
    expect(risk.p_ready).toBeLessThan(0.95);
    expect(risk.causes[0]?.cause).toBe("temperature");
    const actBy = risk.act_by ?? "";
    expect([story.wire("08:40"), actBy, story.wire("10:00")]).toEqual(
      [story.wire("08:40"), actBy, story.wire("10:00")].toSorted(),
    );
    expect(risk.sentence).toMatch(
      /Room is 25.4 °C since 08:2\d, 1.4 K above 24; expected .* at 11:00\. Act by \d\d:\d\d\./,
    );
    await story.reports({ ...fine, temperature_c: 25.4 }, { until: "09:58" });
    expect(story.demo("acme").status).toBe("too_late");
  });
});

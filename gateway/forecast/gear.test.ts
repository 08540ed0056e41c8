import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import type { Row } from "../readiness/verdict.ts";
import type { Opinion, Outlook } from "./context.ts";
import { forecastGear } from "./gear.ts";
import { SiteLearner } from "./site/site-learner.ts";
import { RoomWatch } from "./watch/room-watch.ts";

const NINE = instant(Date.UTC(2026, 10, 23, 9));

/** A microphone that settled as gone five minutes ago, 45 minutes before a visit; `says`: its last word. */
function forecast(says: "ready" | "not_ready", others: readonly ("ready" | "not_ready")[] = []): Opinion {
  const part = { outcome: says, cause: "audio:mic", code: "MIC_GONE", device: "mic" };
  const faults = [part, ...others.map((outcome) => ({ ...part, outcome }))].map((each) => ({ part: each }));
  const row = { check: "audio", outcome: "not_ready", since: NINE - 5 * 60_000, part, faults } as unknown as Row;
  return forecastGear(row, {
    now: NINE,
    leadMin: 45,
    site: new SiteLearner("hq"),
    watch: new RoomWatch(),
  } as unknown as Outlook);
}

describe("gear that was bad", () => {
  it("and is, heals as such faults do", () => {
    expect(forecast("not_ready").p).toBeLessThan(0.5);
  });

  it("and works again is nobody's call, and worth waiting for until that has settled", () => {
    const back = forecast("ready");
    expect(1 - back.p).toBeLessThan(0.15);
    expect(back.goneSoon).toBeGreaterThan(0.8);
  });

  it("in another of its parts still is bad", () => {
    expect(forecast("ready", ["not_ready"]).p).toBeLessThan(0.5);
  });
});

import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import type { Row } from "../readiness/verdict.ts";
import type { Opinion, Outlook } from "./context.ts";
import { forecastGear } from "./gear.ts";
import { healing } from "./site/gear-knowledge.ts";
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

  it("may fail again once it has healed", () => {
    expect(forecast("not_ready").p).toBeLessThan(healing(new SiteLearner("hq"), "audio", "MIC_GONE").ends(5, 50));
  });

  it("in another of its parts still is bad", () => {
    expect(forecast("ready", ["not_ready"]).p).toBeLessThan(0.5);
  });
});

interface Case {
  outcome?: Row["outcome"];
  part?: object;
  faults?: object[];
  /** For how long the row has been as it is. */
  forMin?: number;
  leadMin?: number;
  check?: string;
  devices?: Map<string, object>;
}

/** What is forecast of a check on gear as it stands at nine. */
function opinion({
  outcome = "ready",
  part,
  faults,
  forMin = 5,
  leadMin = 45,
  check = "audio",
  devices,
}: Case): Opinion {
  const own = { outcome, cause: "audio:mic", code: "MIC_GONE", ...part };
  const since = NINE - forMin * 60_000;
  const row = { check, outcome, since, part: own, faults: (faults ?? []).map((each) => ({ part: each })) };
  return forecastGear(
    row as unknown as Row,
    {
      now: NINE,
      leadMin,
      site: new SiteLearner("hq"),
      watch: new RoomWatch(),
      room: { devices: devices ?? new Map() },
    } as unknown as Outlook,
  );
}

describe("gear that is in order", () => {
  it("mostly stays so, the less likely the longer it must; what limps along a little less likely", () => {
    const ps = [1, 60, 600].map((leadMin) => opinion({ leadMin }).p);
    expect(ps).toEqual(ps.toSorted((a, b) => b - a));
    expect(ps[0]).toBeGreaterThan(0.99);
    expect(ps[0]).toBeLessThanOrEqual(1);
    for (const leadMin of [1, 60, 600]) {
      const [well, limps] = [opinion({ leadMin }), opinion({ outcome: "degraded", leadMin })];
      expect(limps.p).toBeCloseTo(0.97 * well.p, 9);
      expect(well.isUnsettled ?? false).toBe(false);
    }
  });

  it("and fell over just now is not told yet, but heals as young faults do", () => {
    const slots = new Map([["mic_state", { changedAt: NINE - 60_000 }]]);
    const part = { outcome: "not_ready", device: "mic", metric: "mic_state" };
    const young = opinion({ part, devices: new Map([["mic", { state: "online", slots }]]) });
    expect(young.isUnsettled).toBe(true);
    expect(young.p).toBeLessThan(0.8);
    expect(young.goneSoon).toBeGreaterThan(0.1);
    const fell = { state: "offline", stateSince: NINE - 60_000, slots: new Map() };
    expect(opinion({ part, devices: new Map([["mic", fell]]) }).p).toBe(young.p);
    const long = { ...fell, stateSince: NINE - 20 * 60_000 };
    expect(opinion({ part, devices: new Map([["mic", long]]) }).p).toBeLessThan(young.p);
  });

  it("is in order as long as nothing says since when it would not be", () => {
    const well = opinion({});
    const part = { outcome: "not_ready", device: "mic", metric: "mic_state" };
    const { device: _, ...nowhere } = part;
    expect(opinion({ part: nowhere })).toEqual(well);
    expect(opinion({ part })).toEqual(well);
    expect(opinion({ part, devices: new Map([["mic", { state: "online", slots: new Map() }]]) })).toEqual(well);
    const { metric: __, ...unmeasured } = part;
    expect(opinion({ part: unmeasured, devices: new Map([["mic", { slots: new Map() }]]) })).toEqual(well);
    const slots = new Map([["mic_state", { changedAt: NINE }]]);
    const said = { outcome: "ready", device: "mic", metric: "mic_state" };
    expect(opinion({ part: said, devices: new Map([["mic", { slots }]]) })).toEqual(well);
  });
});

describe("gear that is bad", () => {
  it("heals the less likely the longer it has been so, and the more likely the more time there is", () => {
    const byAge = [0, 1, 5, 30].map((forMin) => opinion({ outcome: "not_ready", forMin }).p);
    expect(byAge).toEqual(byAge.toSorted((a, b) => b - a));
    expect(byAge[0]).toBeGreaterThan(byAge[3] ?? 1);
    const byLead = [5, 45, 600].map((leadMin) => opinion({ outcome: "not_ready", leadMin }).p);
    expect(byLead).toEqual(byLead.toSorted((a, b) => a - b));
    for (const p of [...byAge, ...byLead]) expect(p).toBeLessThan(1);
  });

  it("may be well within minutes: as likely as by an arrival then, and settled as bad it is told", () => {
    const bad = opinion({ outcome: "not_ready" });
    expect(bad.goneSoon).toBeGreaterThan(0.01);
    expect(bad.goneSoon).toBeCloseTo(opinion({ outcome: "not_ready", leadMin: 5 }).p, 2);
    expect(bad.isUnsettled).toBe(false);
  });

  it("is back only when all of it is: well by its last word, and no fault but what limps along", () => {
    const says = (part: string, ...faults: string[]) =>
      opinion({ outcome: "not_ready", part: { outcome: part }, faults: faults.map((outcome) => ({ outcome })) }).p;
    const back = says("ready");
    expect(back).toBeGreaterThan(0.85);
    expect(back).toBeLessThan(0.9);
    expect(says("ready", "ready", "degraded")).toBe(back);
    for (const bad of [says("ready", "unknown"), says("not_ready"), says("degraded")]) expect(bad).toBeLessThan(0.5);
  });
});

describe("gear of which nothing is heard", () => {
  const silent = (over: Case) => opinion({ outcome: "unknown", ...over });

  it("is as often fine as such gear is, where it is silent alone", () => {
    expect(silent({}).p).toBeCloseTo(0.9, 9);
    expect(silent({}).goneSoon).toBeUndefined();
  });

  it("is mostly fine where much fell silent at once: so much of it as concerns the check may be broken", () => {
    for (const cause of ["switch:sw", "agent:pi", "site:hq"]) {
      const behind = (over: Case) => silent({ part: { cause }, ...over });
      const [picture, sound, call] = ["display", "audio", "video_call"].map((check) => behind({ check }).p);
      expect(call).toBeGreaterThan(0.6);
      expect(call).toBeLessThan(sound ?? 0);
      expect(sound).toBeLessThan(picture ?? 0);
      expect(picture).toBeLessThan(1);
      if (cause !== "site:hq") {
        // Half of four in ten silences, of which 0.79 last from the fifth to the fiftieth minute: 0.3248 of 0.4132.
        expect(behind({ check: "audio", forMin: 5, leadMin: 45 }).p).toBeCloseTo(0.8428, 3);
        expect(behind({ check: "audio", forMin: 5 }).goneSoon).toBeCloseTo(0.0696, 3);
      }
      expect(behind({ leadMin: 600 }).p).toBeGreaterThan(behind({ leadMin: 5 }).p);
      expect(behind({ forMin: 60 }).p).toBeLessThan(behind({ forMin: 0 }).p);
      expect(behind({ forMin: -60 })).toEqual(behind({ forMin: 0 }));
      expect(behind({ forMin: 0 }).goneSoon).toBeGreaterThan(0.3);
      expect(behind({ forMin: 60 }).goneSoon).toBeLessThan(0.3);
      expect(behind({ forMin: 60 }).goneSoon).toBeGreaterThan(0);
    }
  });
});

import { describe, expect, it } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import { type Instant, instant, rfc3339 } from "#contract/units.ts";
import { chainOf, noteRepair, queueFactor } from "./repairs.ts";
import { SiteLearner } from "./site-learner.ts";
import { takeAlert } from "./take-alert.ts";

const NINE = instant(Date.UTC(2026, 10, 23, 9));
const at = (minutes: number): Instant => instant(NINE + minutes * 60_000);
const CARD = {};

function siteWith(minutes: readonly number[], cause = "codec:c", queue = 0): SiteLearner {
  const site = new SiteLearner("hq");
  site.turn(NINE);
  for (const each of minutes) noteRepair(site, { cause, minutes: each, queue });
  site.turn(at(60));
  return site;
}
const needs = (site: SiteLearner, cause = "codec:c"): number => chainOf(site, cause, CARD).mending.minutesFor(0, 0.9);

describe("how long repairs take", () => {
  it("is the prior until something was mended", () => {
    expect(needs(siteWith([]))).toBeGreaterThan(14);
    expect(needs(siteWith([]))).toBeLessThan(45);
  });

  it("is what the site's repairs took", () => {
    const usual = needs(siteWith([]));
    expect(needs(siteWith(Array.from({ length: 40 }, () => 4)))).toBeLessThan(0.6 * usual);
    expect(needs(siteWith(Array.from({ length: 40 }, () => 60)))).toBeGreaterThan(1.5 * usual);
  });

  it("tells by the time it took which remedy it was", () => {
    // Most are mended from afar within minutes; one in five needs somebody to go there.
    const site = siteWith(Array.from({ length: 100 }, (_, i) => (i % 5 === 0 ? 50 : 8)));
    const [remote, onSite] = chainOf(site, "codec:c", CARD).links;
    expect(remote?.medianMin).toBeCloseTo(8, 0);
    expect(remote?.works).toBeCloseTo(0.8, 1);
    expect(onSite?.medianMin).toBeGreaterThan(30);
  });

  it("is the room's own where its card says so", () => {
    const site = siteWith([]);
    const slow = { remedies: { technician_audio: { p50_min: 60, p90_min: 90 } } };
    expect(chainOf(site, "audio:m", slow).mending.minutesFor(0, 0.5)).toBeCloseTo(60, 0);
    expect(chainOf(site, "audio:m", CARD).mending.minutesFor(0, 0.5)).toBeCloseTo(16, 0);
  });

  it("is longer while others wait too, and never shorter", () => {
    const busy = siteWith(
      Array.from({ length: 40 }, () => 40),
      "audio:m",
      4,
    );
    expect(queueFactor(busy, "technician", 0)).toBe(1);
    expect(queueFactor(busy, "technician", 4)).toBeGreaterThan(1.3);
    expect(queueFactor(busy, "technician", 9)).toBeGreaterThanOrEqual(queueFactor(busy, "technician", 4));
    expect(
      queueFactor(
        siteWith(
          Array.from({ length: 40 }, () => 4),
          "audio:m",
          4,
        ),
        "technician",
        4,
      ),
    ).toBe(1);
  });

  it("takes no nonsense", () => {
    for (const minutes of [Number.NaN, -5, 0, 1e9, Number.POSITIVE_INFINITY])
      expect(needs(siteWith([minutes]))).toBe(needs(siteWith([])));
  });
});

const alert = (over: Partial<Alert> = {}): Alert => ({
  id: "a",
  at: rfc3339(NINE),
  cause: "audio:m",
  title: "",
  sentence: "",
  rooms: ["hq/r"],
  status: "open",
  priority: 2,
  raised_at: rfc3339(NINE),
  act_by: rfc3339(at(60)),
  p_ready: 0.2,
  steps: [],
  level: 0,
  notifications: [],
  history: [{ at: rfc3339(NINE), event: "raised" }],
  held: {},
  ...over,
});
const done = (minutes: number, by?: string): Alert =>
  alert({
    status: "resolved",
    reached: { raised: rfc3339(NINE), resolved: rfc3339(at(minutes)) },
    history: [
      { at: rfc3339(NINE), event: "raised" },
      { at: rfc3339(at(minutes)), event: "resolved", ...(by !== undefined && { by }) },
    ],
  });

describe("the life of an alert", () => {
  it("teaches how long it took when a person says that it is done, once", () => {
    const site = siteWith([]);
    const usual = needs(site, "audio:m");
    for (let i = 0; i < 40; i++) {
      takeAlert(site, alert({ id: `a${i}` }));
      for (let again = 0; again < 3; again++) takeAlert(site, { ...done(3, "max"), id: `a${i}` });
    }
    site.turn(at(120));
    expect(needs(site, "audio:m")).toBeLessThan(0.5 * usual);
    expect(site.counts("mend technician_audio", 5)?.[0]).toBe(40);
  });

  it("teaches nothing of repairs when the cause went by itself, or nothing was wrong", () => {
    const site = siteWith([]);
    takeAlert(site, alert());
    takeAlert(site, done(3));
    takeAlert(site, alert({ id: "b" }));
    site.acts.takeReply("b", { at: rfc3339(at(3)), reply: "resolve", by: "max", found: "nothing_wrong" });
    takeAlert(site, { ...done(3, "max"), id: "b" });
    site.turn(at(120));
    expect(site.counts("mend technician_audio", 5)).toBeUndefined();
  });

  it("counts how many calls of an owner are open", () => {
    const site = siteWith([]);
    takeAlert(site, alert());
    takeAlert(site, alert({ id: "b" }));
    takeAlert(site, alert({ id: "b", sentence: "another" }));
    expect(site.acts.open("technician")).toBe(2);
    takeAlert(site, done(5));
    takeAlert(site, done(5));
    expect(site.acts.open("technician")).toBe(1);
  });

  it("stops counting as open after a day, when its room was taken away and nobody says that it is over", () => {
    const site = siteWith([]);
    takeAlert(site, alert());
    const next = rfc3339(at(25 * 60));
    takeAlert(site, alert({ id: "b", at: next, raised_at: next }));
    expect(site.acts.open("technician")).toBe(1);
  });

  it("is an act only once somebody has taken it on, for its room and cause, while it works", () => {
    const site = siteWith([]);
    takeAlert(site, alert());
    expect(site.acts.find("hq/r", "audio:m", NINE)).toBeUndefined();
    const taken = { at: rfc3339(at(4)), event: "acknowledged", by: "max" } as const;
    takeAlert(site, alert({ status: "acknowledged", history: [{ at: rfc3339(NINE), event: "raised" }, taken] }));
    expect(site.acts.find("hq/r", "audio:m", NINE)?.takenAt).toBe(at(4));
    expect(site.acts.find("hq/other", "audio:m", NINE)).toBeUndefined();
    expect(site.acts.find("hq/r", "codec:c", NINE)).toBeUndefined();
    takeAlert(site, done(10, "max"));
    expect(site.acts.find("hq/r", "audio:m", at(11))).toBeUndefined();
  });
});

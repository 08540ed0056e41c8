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

  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [7, 3],
    [8, 4],
    [100, 4],
  ])("of %d other calls are counted with those of 1, of 2–3, of 4–7 or of 8 and more", (open, step) => {
    const site = siteWith([40], "audio:m", open);
    expect(Array.from(site.counts("queue technician", 10) ?? []).findIndex((each) => each !== 0)).toBe(2 * step);
  });

  it("is by how much others made it longer, drawn towards nothing as if that had been seen ten times", () => {
    // 40 of 16 minutes each time, which is 2.5 times as long: e^(40 · ln 2.5 / 50).
    const busy = siteWith(
      Array.from({ length: 40 }, () => 40),
      "audio:m",
      4,
    );
    expect(queueFactor(busy, "technician", 4)).toBeCloseTo(Math.exp((40 * Math.log(2.5)) / 50), 1);
    // More calls make it no shorter; fewer were not seen to make it longer; those of others are not theirs.
    expect(queueFactor(busy, "technician", 20)).toBe(queueFactor(busy, "technician", 4));
    expect([queueFactor(busy, "technician", 3), queueFactor(busy, "technician", 1)]).toEqual([1, 1]);
    expect([queueFactor(busy, "desk", 4), queueFactor(busy, "technician", -1)]).toEqual([1, 1]);
  });

  it("is not the queue's fault where nobody waited", () => {
    const slow = siteWith(
      Array.from({ length: 40 }, () => 60),
      "audio:m",
      0,
    );
    expect(queueFactor(slow, "technician", 5)).toBe(1);
  });

  it("that waited count without the queue's part: as if nobody else had called", () => {
    const often = { cause: "audio:m", minutes: 40, queue: 4 };
    const site = siteWith(
      Array.from({ length: 200 }, () => often.minutes),
      often.cause,
      often.queue,
    );
    for (let i = 0; i < 2_000; i++) noteRepair(site, often);
    site.turn(at(120));
    // 2.4 times as long as usual by now: 40 minutes stand for 17.
    expect(chainOf(site, "audio:m", CARD).links[0]?.medianMin).toBeLessThan(20);
  });

  it("is drawn towards what a card says, as if that had been seen five times", () => {
    // 15 repairs of 32 minutes, 16 usual with a spread of 0.49: (5 · ln 16 + 15 · ln 32) / 20 = ln 26.9.
    const [link] = chainOf(
      siteWith(
        Array.from({ length: 15 }, () => 32),
        "audio:m",
      ),
      "audio:m",
      CARD,
    ).links;
    expect(link?.medianMin).toBeCloseTo(26.9, 1);
    // (5 · (0.4905² + 0.5199²) + 15 · 0.1733²) / 20 = 0.150
    expect(link?.spread).toBeCloseTo(0.3876, 2);
    expect(link?.works).toBeCloseTo((0.98 * 10 + 15) / 25, 3);
    const [usual] = chainOf(siteWith([]), "audio:m", CARD).links;
    expect([usual?.medianMin, usual?.spread, usual?.works]).toEqual([
      expect.closeTo(16, 6),
      expect.closeTo(0.4905, 3),
      expect.closeTo(0.98, 9),
    ]);
  });

  it("is no time at all where a card says so, until repairs were seen to take some", () => {
    const card = { remedies: { technician_audio: { p50_min: 0, p90_min: 20 } } };
    const site = siteWith([]);
    expect(chainOf(site, "audio:m", card).links[0]?.medianMin).toBe(0);
    expect(chainOf(site, "audio:m", card).links[0]?.medianMin).toBe(0);
    for (let i = 0; i < 40; i++) noteRepair(site, { cause: "audio:m", minutes: 20, queue: 0 });
    expect(chainOf(site, "audio:m", card).links[0]?.medianMin).toBe(0);
    site.turn(at(120));
    expect(chainOf(site, "audio:m", card).links[0]?.medianMin).toBeGreaterThan(10);
    // The same card says nothing of another cause.
    expect(chainOf(site, "codec:c", card).remedies.map(({ remedy }) => remedy)).toContain("restart_remote");
  });

  it("is shared by the remedies of a chain, each counted for the part that was its own", () => {
    /** How many repairs are counted for a remedy, how many minutes they took on average, and of how many tries. */
    const shared = (minutes: number) => {
      const site = siteWith([minutes]);
      return ["restart_remote", "technician_codec"].map((remedy) => {
        const [n = 0, sum = 0, , , tried = 0] = Array.from(site.counts(`mend ${remedy}`, 5) ?? []);
        return { n: Math.round(n * 100) / 100, minutes: Math.round(Math.exp(sum / n) * 10) / 10, tried };
      });
    };
    // Eight minutes were from afar, an hour was not: after eight minutes somebody went there.
    expect(shared(8)[0]).toEqual({ n: 1, minutes: 8, tried: 1 });
    expect(shared(120)).toEqual([
      { n: 0, minutes: Number.NaN, tried: 1 },
      { n: 1, minutes: 112, tried: 1 },
    ]);
    const [remote, onSite] = shared(18);
    expect(remote?.n).toBeGreaterThan(0.5);
    expect((remote?.n ?? 0) + (onSite?.n ?? 0)).toBeCloseTo(1, 1);
    expect(onSite?.tried).toBeCloseTo(onSite?.n ?? 0, 2);
    // What took hardly any time was the first, what took most of a day the last.
    expect(shared(0.6)[0]?.n).toBe(1);
    expect(shared(1_440).map(({ n }) => n)).toEqual([0, 1]);
  });

  it("is nothing of what takes a visit elsewhere", () => {
    const site = siteWith([30], "capacity", 2);
    expect([site.counts("queue host", 10), site.counts("mend move", 5)]).toEqual([undefined, undefined]);
    expect(siteWith([30]).counts("mend move", 5)).toBeUndefined();
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

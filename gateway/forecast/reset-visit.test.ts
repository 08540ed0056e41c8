import { describe, expect, it } from "vitest";
import { type Instant, instant, minutes } from "#contract/units.ts";
import type { Outcome } from "#contract/messages/common.ts";
import type { Row } from "../readiness/verdict.ts";
import type { Outlook } from "./context.ts";
import { forecastReset } from "./reset-visit.ts";
import { gapClass, noteReset, noteUnreported } from "./site/reset-knowledge.ts";
import { SiteLearner } from "./site/site-learner.ts";
import { RoomWatch } from "./watch/room-watch.ts";

const NINE = instant(Date.UTC(2026, 10, 23, 9));
const at = (minute: number): Instant => instant(NINE + minutes(minute));

/** P(reset) so many minutes before an arrival at nine, with the last booking ending so long before it. */
function chance({
  lead = 30,
  gap = 120,
  outcome = "degraded" as Outcome,
  occupied = false,
  site = new SiteLearner("hq"),
}): number {
  const row = { outcome, part: { code: outcome === "ready" ? "OK" : "NOT_YET_RESET" } } as unknown as Row;
  const visit = { arrival: NINE, before: { start: at(-gap - 60), end: at(-gap) } };
  return forecastReset(row, {
    ...inUse(gap),
    visit,
    now: at(-lead),
    leadMin: lead,
    site,
    occupied,
  } as unknown as Outlook).p;
}

/** The room of a meeting that ends so long before nine, whose people have come. */
const inUse = (gap: number) => {
  const [start, end] = [at(-gap - 60), at(-gap)];
  const bookings = [{ start: new Date(start).toISOString(), end: new Date(end).toISOString() }];
  const watch = new RoomWatch();
  Object.defineProperty(watch.people, "inSince", { value: start });
  return { room: { bookings, demos: [] }, watch };
};

describe("a reset visit", () => {
  it("that was reported is made", () => expect(chance({ outcome: "ready", lead: 5 })).toBeGreaterThan(0.99));

  it("is the less likely the later it still has not been reported", () => {
    const ps = [95, 60, 40, 25, 15].map((lead) => chance({ lead }));
    expect(ps[0]).toBeGreaterThan(0.9);
    expect(ps).toEqual(ps.toSorted((a, b) => b - a));
    expect(ps[4]).toBeGreaterThan(0.4);
  });

  it("is as likely as resets that have been waited for so long still come, or was made unseen", () => {
    // Most come 22 minutes after a use that ends an hour before: 0.13 of them take longer than 40 min, 0.067 longer than 60.
    const expected = (outlasting: number) => 1 - outlasting + outlasting * 0.5;
    expect(chance({ gap: 60, lead: 20 })).toBeCloseTo(expected(0.06687 / 0.12964), 3);
    expect(chance({ gap: 60, lead: 60 })).toBeCloseTo(expected(0.06687), 3);
    // It begins only when the use is over.
    expect(chance({ gap: 60, lead: 90 })).toBeCloseTo(expected(0.06687), 3);
  });

  it("is as likely as it comes after those who are in have left, whenever they leave", () => {
    const site = new SiteLearner("hq");
    const row = { outcome: "degraded", part: { code: "NOT_YET_RESET" } } as unknown as Row;
    const watch = new RoomWatch();
    for (const lead of [20, 60, 90, 130]) {
      const from = Math.min(lead, 95);
      const stray = { room: { bookings: [], demos: [] }, watch, visit: { arrival: NINE }, leadMin: lead, site };
      const opinion = forecastReset(row, { ...stray, now: at(-lead), occupied: true } as unknown as Outlook);
      // Strays leave by an even rate, one in thirty minutes; with nothing booked before, a reset takes 35 minutes, mostly.
      const left = (min: number) => 1 - Math.exp(-min / 30);
      let reported = 0;
      for (let min = 0; min < lead; min += 0.25) {
        const waits = Math.max(0, Math.min(from, lead - min - 0.125));
        reported += (left(min + 0.25) - left(min)) * (0.95 - 0.95 / (1 + (waits / 35) ** 4));
      }
      const share = reported / left(lead);
      expect(Math.abs(opinion.p - (share + (1 - share) * 0.5))).toBeLessThan(0.015);
      // Nobody will report one within minutes.
      expect(opinion.goneSoon).toBe(0);
    }
  });

  it("is waited for only once the room is free", () => {
    const running = { gap: 20, lead: 40 };
    expect(chance({ ...running, occupied: true })).toBeGreaterThan(0.5);
    expect(chance({ gap: 40, lead: 20, occupied: true })).toBeLessThan(chance({ gap: 40, lead: 38, occupied: false }));
  });

  it("comes the less likely in time the nearer arrival is and those of the meeting before are still in", () => {
    const site = new SiteLearner("a");
    site.turn(at(-300));
    for (let i = 0; i < 100; i++) {
      noteReset(site, 0, { entered: 0, left: 8, ended: true });
      noteUnreported(site, false);
    }
    site.turn(at(-200));
    const ps = [29, 20, 15, 10, 5].map((lead) => chance({ gap: 30, lead, occupied: true, site }));
    expect(ps).toEqual(ps.toSorted((a, b) => b - a));
    expect(ps[0]).toBeGreaterThan(0.9);
    expect(ps[2]).toBeLessThan(0.8);
    expect(ps[4]).toBeLessThan(0.1);
  });

  it("is made when the site's are: here within ten minutes, there never", () => {
    const [prompt, never] = [new SiteLearner("a"), new SiteLearner("b")];
    for (const site of [prompt, never]) site.turn(at(-300));
    for (let i = 0; i < 100; i++) {
      noteReset(prompt, 2, { entered: 0, left: 4 + (i % 6), ended: true });
      noteReset(never, 2, { entered: 0, left: 95, ended: false });
      noteUnreported(never, false);
    }
    for (const site of [prompt, never]) site.turn(at(-200));
    expect(chance({ lead: 90, site: prompt })).toBeGreaterThan(0.97);
    expect(chance({ lead: 60, site: never })).toBeLessThan(0.15);
  });

  it("counts those that were made and not reported as replies tell", () => {
    const site = new SiteLearner("a");
    site.turn(at(-300));
    for (let i = 0; i < 50; i++) noteUnreported(site, true);
    site.turn(at(-200));
    expect(chance({ lead: 11, site })).toBeGreaterThan(0.9);
  });

  it("that stands by its word stays made, whatever else may be said of it", () => {
    const p = (outcome: Outcome, code: string): number => {
      const visit = { arrival: NINE, before: { start: at(-180), end: at(-120) } };
      const outlook = { visit, now: at(-11), leadMin: 11, site: new SiteLearner("hq"), occupied: false };
      return forecastReset({ outcome, part: { code } } as unknown as Row, outlook as unknown as Outlook).p;
    };
    expect([p("ready", "STALE"), p("degraded", "OK")]).toEqual([0.998, 0.998]);
    for (const waits of [p("not_ready", "OK"), p("degraded", "NOT_YET_RESET"), p("unknown", "OK")])
      expect(waits).toBeLessThan(0.9);
  });

  it("begins to be waited for anew when people leave; where nobody can tell, they are not in", () => {
    const unseen = { gap: 70, lead: 25, occupied: undefined as unknown as boolean };
    expect(chance({ gap: 70, lead: 60, occupied: true })).toBeGreaterThan(chance({ gap: 70, lead: 25 }) + 0.05);
    expect(chance(unseen)).toBe(chance({ gap: 70, lead: 25 }));
  });

  it("is learned apart for short gaps and for long ones, and a room that nobody used before has a long one", () => {
    const site = new SiteLearner("a");
    site.turn(at(-300));
    for (let i = 0; i < 100; i++) {
      noteReset(site, 0, { entered: 0, left: 5, ended: true });
      noteReset(site, 2, { entered: 0, left: 95, ended: false });
      noteUnreported(site, false);
    }
    site.turn(at(-200));
    expect(chance({ gap: 30, lead: 29, site })).toBeGreaterThan(0.9);
    expect(chance({ gap: 120, lead: 90, site })).toBeLessThan(0.2);
    const outlook = { visit: { arrival: NINE }, now: at(-90), leadMin: 90, site, occupied: false };
    const row = { outcome: "degraded", part: { code: "NOT_YET_RESET" } } as unknown as Row;
    expect(forecastReset(row, outlook as unknown as Outlook).p).toBe(chance({ gap: 120, lead: 90, site }));
  });

  it("comes by itself: in part within minutes, never surely, and says so", () => {
    for (const lead of [200, 90, 60, 30, 10, 3]) {
      const row = { outcome: "degraded", part: { code: "NOT_YET_RESET" } } as unknown as Row;
      const visit = { arrival: NINE, before: { start: at(-300), end: at(-240) } };
      const outlook = { visit, now: at(-lead), leadMin: lead, site: new SiteLearner("hq"), occupied: false };
      const { p, goneSoon = -1, isPassing } = forecastReset(row, outlook as unknown as Outlook);
      expect(isPassing).toBe(true);
      expect(p).toBeLessThan(1);
      expect(goneSoon).toBeLessThanOrEqual(p);
      if (lead === 200) expect(goneSoon).toBe(0);
      else expect(goneSoon).toBeGreaterThan(0);
    }
  });

  it("is of a class by the gap", () => expect([5, 44, 45, 89, 90, 1e6].map(gapClass)).toEqual([0, 0, 1, 1, 2, 2]));
});

import { describe, expect, it } from "vitest";
import { type Instant, instant } from "#contract/units.ts";
import type { Outlook } from "./context.ts";
import { type Failing, failing } from "./failing.ts";

const now: Instant = instant(Date.UTC(2026, 10, 23, 8, 45));

interface Seen {
  /** What was measured so many minutes ago. */
  course: (minutes: number) => number | undefined;
  /** K to the set-point; above it when negative. */
  gap?: number;
  /** K/h. */
  usual?: number;
  on?: string;
}

/** A room at 20 °C whose control has been on for two hours, unless told otherwise. */
function judge({ course, gap = 2, usual = 2, on = "06:45" }: Seen): Failing {
  const learner = { trend: () => 0, temperatureAgo: course, warmKPerHour: usual, coolKPerHour: usual };
  const outlook = { now, learner, ask: { card: { zone: "UTC", hvac: { on, off: "19:00" } } } };
  return failing(20, { gap, setpoint: 20 + gap, usual }, outlook as unknown as Outlook);
}

/** Came by 2 K/h until half an hour ago; since then by `since` K/h. */
const stopped =
  (since = 0, pace = 2) =>
  (minutes: number): number =>
    20 - (since * Math.min(minutes, 30) + pace * Math.max(0, minutes - 30)) / 60;

describe("control that worked and has stopped since, by hand", () => {
  it("may have done so 20, 30, 45 or 60 minutes ago, the likelier the less the room has gone on since", () => {
    // 20 min: 1.56 K/h before, none since: 3.22 σ off its pace, none off standing. 30: 2 K/h, 3.64 σ. 45: 0.67 K/h since: 2.42 and 1.11 σ.
    // 60: 1 K/h since: 1.82 and 1.67 σ. Two in a thousand each, times e to half of the difference of squares.
    const { odds, drift } = judge({ course: stopped() }).stopped;
    expect(odds).toBeCloseTo(0.35497 + 1.48735 + 0.02038 + 0.0026, 3);
    expect(drift).toBe(0);
  });

  it("goes on as it has gone since the likeliest of these moments; evidence has its limit", () => {
    const { odds, drift } = judge({ course: stopped(-0.3) }).stopped;
    expect(drift).toBeCloseTo(-0.3, 9);
    expect(odds).toBeGreaterThan(0.002 * Math.exp(8));
    expect(odds).toBeLessThan(2 * 0.002 * Math.exp(8));
  });

  it("goes on as since the last of them where two are as likely as can be", () => {
    // 6 K/h until half an hour ago, a tenth of a degree lost in the ten minutes after that, and none since.
    const course = (minutes: number): number =>
      20 + 0.01 * (Math.min(Math.max(minutes, 20), 30) - 20) - 0.1 * Math.max(0, minutes - 30);
    const { odds, drift } = judge({ course }).stopped;
    expect(odds).toBeGreaterThan(2 * 0.002 * Math.exp(8));
    expect(drift).toBe(0);
  });

  it("is the same of a room that has to cool", () => {
    const hot = judge({ course: (minutes) => 40 - stopped(-0.3)(minutes), gap: -2 }).stopped;
    const cold = judge({ course: stopped(-0.3) }).stopped;
    expect([hot.odds, hot.drift]).toEqual([expect.closeTo(cold.odds, 9), expect.closeTo(-cold.drift, 9)]);
  });

  it("is not looked for within 1 K of the set-point", () => {
    expect(judge({ course: stopped(), gap: 1 }).stopped.odds).toBeGreaterThan(0.1);
    expect(judge({ course: stopped(), gap: 0.99 }).stopped).toEqual({ odds: 0, drift: 0 });
    expect(judge({ course: (minutes) => 40 - stopped()(minutes), gap: -0.99 }).stopped.odds).toBe(0);
  });

  it("takes a pace of half the usual one, at least, to be told from control that never worked", () => {
    expect(judge({ course: stopped(0, 0.9) }).stopped.odds).toBe(0);
    // At half an hour; the 20 minutes hold ten of standing.
    expect(judge({ course: stopped(0, 1) }).stopped.odds).toBeGreaterThan(0);
    expect(judge({ course: stopped(0, 0.9), usual: 1 }).stopped.odds).toBeGreaterThan(0.01);
  });

  it("looks back no farther than control has been on, nor across a gap", () => {
    const first = judge({ course: stopped(), on: "07:35" }).stopped.odds;
    expect(first).toBeCloseTo(0.35497, 3);
    const gap = (from: number) => (minutes: number) => (minutes >= from ? undefined : stopped()(minutes));
    expect(judge({ course: gap(70) }).stopped.odds).toBeCloseTo(0.35497, 3);
    expect(judge({ course: gap(60) }).stopped.odds).toBe(0);
    const hole = (minutes: number) => (minutes === 20 ? undefined : stopped()(minutes));
    expect(judge({ course: hole }).stopped.odds).toBe(0);
  });
});

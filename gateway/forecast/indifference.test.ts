import { describe, expect, it } from "vitest";
import { type Instant, instant } from "#contract/units.ts";
import type { Outlook } from "./context.ts";
import { indifference } from "./indifference.ts";

const now: Instant = instant(Date.UTC(2026, 10, 23, 12));

interface Seen {
  /** K by hours before now. */
  course: (hoursAgo: number) => number | undefined;
  occupied?: (minutesAgo: number) => boolean | undefined;
  ranMin?: number;
}

/** People for half an hour, then none, and so on. */
const comeAndGo = (minutes: number): boolean => minutes % 60 < 30;
/** So many of the last hours with people. */
const peopleHours = (hours: number): number => Math.floor(hours) * 0.5 + Math.min(hours % 1, 0.5);
/** What sensors stray by: the same for everybody. */
const noise = (hours: number): number => 0.05 * Math.sin(hours * 97);

const evidence = ({ course, occupied = comeAndGo, ranMin = 300 }: Seen): number =>
  indifference(ranMin, {
    now,
    learner: {
      temperatureAgo: (minutes: number) => course(minutes / 60),
      occupiedAgo: (minutes: number) => occupied(minutes),
    },
  } as unknown as Outlook);

describe("a reading that stays off its set-point", () => {
  const stands = (hours: number): number => 19 + noise(hours);
  const drifts = (hours: number): number => 19 + 0.3 * hours + noise(hours);
  /** Without control: it cools, and people warm it. */
  const goes = (hours: number): number => 19 + 0.4 * hours - 0.6 * peopleHours(hours) + noise(hours);

  it("and stands, or drifts along a line, whoever is in, is a wrong thermometer's", () => {
    expect(evidence({ course: stands })).toBeGreaterThan(2);
    expect(evidence({ course: drifts })).toBeGreaterThan(0.5);
  });

  it("and is moved by people for as long as they are in, is that of a room without control", () => {
    expect(evidence({ course: goes })).toBeLessThan(-2);
  });

  it("says little where nobody came: a room without control may go along a line as well", () => {
    const nobody = (): boolean => false;
    expect(Math.abs(evidence({ course: drifts, occupied: nobody }))).toBeLessThan(1);
    expect(evidence({ course: stands, occupied: nobody })).toBeGreaterThan(0);
    expect(evidence({ course: stands, occupied: nobody })).toBeLessThan(evidence({ course: stands }));
  });

  it("is still held where people move it a little, before control answers", () => {
    const answers = (hours: number): number => stands(hours) + (comeAndGo(hours * 60) ? 0.08 : 0);
    expect(evidence({ course: answers })).toBeGreaterThan(1);
  });

  it("speaks as loudly as four for one side at most, of which neighbouring steps make a tenth less", () => {
    const far = (hours: number): number => 19 - 1.5 * peopleHours(hours) + noise(hours);
    expect(evidence({ course: far })).toBeCloseTo(-3.6, 9);
  });

  it("says nothing until control has held the room for forty minutes after its first hour", () => {
    expect(evidence({ course: stands, ranMin: 99 })).toBe(0);
    expect(evidence({ course: stands, ranMin: 100 })).not.toBe(0);
  });

  it("says nothing across a gap, nor where nobody knows of people", () => {
    expect(evidence({ course: (hours) => (hours > 0.5 ? undefined : stands(hours)) })).toBe(0);
    expect(evidence({ course: stands, occupied: (minutes) => (minutes > 30 ? undefined : true) })).toBe(0);
    const since = (hours: number): number | undefined => (hours > 1 ? undefined : stands(hours));
    expect(evidence({ course: since })).not.toBe(0);
  });

  it("says the less the more the sensor strays", () => {
    const wild = (hours: number): number => 19 + 0.6 * Math.sin(hours * 97);
    expect(Math.abs(evidence({ course: wild }))).toBeLessThan(1);
  });
});

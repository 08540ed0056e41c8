import { describe, expect, it } from "vitest";
import { type Instant, instant, minutes } from "#contract/units.ts";
import { RoomHabits } from "../habits.ts";
import {
  badLater,
  baseRate,
  brokenBehind,
  failingPerMinute,
  healing,
  noteAtArrival,
  noteBroken,
  noteHealing,
  noteWatched,
} from "./gear-knowledge.ts";
import { SiteLearner } from "./site-learner.ts";

const NINE = instant(Date.UTC(2026, 10, 23, 9));
const at = (minute: number): Instant => instant(NINE + minutes(minute));

function taught(teach: (site: SiteLearner) => void): SiteLearner {
  const site = new SiteLearner("hq");
  site.turn(NINE);
  teach(site);
  site.turn(at(60));
  return site;
}

it("learns how often gear of any kind fails in a room", () => {
  for (const kind of ["display", "codec", "audio", "network", "switch", "power"]) {
    const habits = new RoomHabits();
    const perMinute = () => failingPerMinute(new SiteLearner("hq"), kind, { at: NINE, habits });
    expect(perMinute()).toBeCloseTo(0.000_1, 9);
    habits.note(`fail ${kind}`, 2, 0);
    // 2 and 2 of 20,000 minutes.
    expect(perMinute()).toBeCloseTo(0.000_2, 9);
  }
});

describe("healing", () => {
  it("begins with flaps that end within minutes, and faults that last for hours", () => {
    const heals = healing(new SiteLearner("hq"), "codec");
    expect(heals.ends(0, 6)).toBeGreaterThan(0.5);
    expect(heals.ends(12, 42)).toBeLessThan(0.15);
    expect(heals.ends(12, 612)).toBeGreaterThan(0.85);
  });

  it.each([
    // Six of ten are flaps of 1.5 minutes, the others last four hours on average.
    ["GONE", 3, 0.6 * Math.exp(-2) + 0.4 * Math.exp(-3 / 240)],
    ["GONE", 60, 0.4 * Math.exp(-0.25)],
    // What a device reports of itself is a flap in one of twenty cases, and lasts for a day.
    ["LAMP_FAULT", 3, 0.05 * Math.exp(-2) + 0.95 * Math.exp(-3 / 1_440)],
    ["LAMP_FAULT", 60, 0.95 * Math.exp(-1 / 24)],
  ])("begins, of what is told as %s for %d minutes, with a share of %d that lasts", (code, minute, share) => {
    expect(healing(new SiteLearner("hq"), "display", code).lasts(0, minute)).toBeCloseTo(share, 6);
  });

  it("is learned apart for each reason, with what its kind has shown where it has shown little itself", () => {
    const site = taught((to) => {
      for (let i = 0; i < 60; i++) {
        noteHealing(to, { kind: "display", code: "ASLEEP" }, { entered: 0, left: 20, ended: true });
        noteHealing(to, { kind: "display", code: "LAMP" }, { entered: 0, left: 700, ended: false });
      }
    });
    expect(healing(site, "display", "ASLEEP").ends(15, 30)).toBeGreaterThan(0.85);
    expect(healing(site, "display", "LAMP").ends(15, 30)).toBeLessThan(0.1);
    const never = healing(site, "display", "NEVER_SEEN").ends(15, 30);
    expect(never).toBeCloseTo(healing(site, "display").ends(15, 30), 2);
  });
});

it("is not waited for where a device itself reports that it is broken", () => {
  const site = new SiteLearner("hq");
  expect(healing(site, "display", "LAMP_FAULT").ends(0, 25)).toBeLessThan(0.1);
  expect(healing(site, "display", "DISPLAY_UNREACHABLE").ends(0, 25)).toBeGreaterThan(0.5);
});

describe("failing", () => {
  it("is learned by the time of day, and by the room", () => {
    const [busy, quiet] = [new RoomHabits(), new RoomHabits()];
    const site = taught((to) => noteWatched(to, "codec", { at: NINE, minutes: 200_000, faults: 200 }));
    busy.note("fail codec", 40, 20_000, 1e6);
    const [byDay, byNight] = [NINE, at(14 * 60)].map((when) =>
      failingPerMinute(site, "codec", { at: when, habits: quiet }),
    );
    expect(byDay).toBeCloseTo(0.000_9, 4);
    expect(byNight).toBeLessThan(0.000_2);
    expect(failingPerMinute(site, "codec", { at: NINE, habits: busy })).toBeGreaterThan(1.3 * (byDay ?? 1));
  });

  it("is the likelier to be seen the longer one waits, up to what heals meanwhile", () => {
    const heals = healing(new SiteLearner("hq"), "codec");
    const ps = [0, 5, 30, 120, 600, 3_000].map((m) => badLater(0.000_1, heals, m));
    expect(ps).toEqual(ps.toSorted((a, b) => a - b));
    expect(ps[0]).toBe(0);
    expect(ps.at(-1)).toBeLessThan(0.02);
  });
});

describe("what says nothing", () => {
  it("is fine as often as it was at arrivals, here and in this room", () => {
    const habits = new RoomHabits();
    const site = taught((to) => {
      for (let i = 0; i < 300; i++) noteAtArrival(to, new RoomHabits(), { check: "display", came: 1 });
      for (let i = 0; i < 40; i++) noteAtArrival(to, habits, { check: "audio", came: 0 });
    });
    expect(baseRate(site, new RoomHabits(), "display")).toBeGreaterThan(0.98);
    expect(baseRate(site, habits, "audio")).toBeLessThan(baseRate(site, new RoomHabits(), "audio"));
    expect(baseRate(new SiteLearner("x"), new RoomHabits(), "display")).toBe(0.9);
  });

  it("behind a switch is broken as often as people found it so; a picture needs no network", () => {
    const fresh = new SiteLearner("hq");
    expect(brokenBehind(fresh, "switch", "video_call")).toBe(0.4);
    expect(brokenBehind(fresh, "switch", "display")).toBeCloseTo(0.04, 6);
    const harmless = taught((to) => {
      for (let i = 0; i < 20; i++) noteBroken(to, "switch", false);
    });
    expect(brokenBehind(harmless, "switch", "video_call")).toBeLessThan(0.1);
  });
});

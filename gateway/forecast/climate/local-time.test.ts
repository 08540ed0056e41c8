import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { GRID_MS } from "./grid.ts";
import { localTime, momentOf } from "./local-time.ts";

const at = (text: string) => instant(Date.parse(text));

describe("the room's clock", () => {
  it.each([
    ["Europe/Berlin", "2026-10-24T22:30:00Z", { hour: 0.5, day: 7, isWeekend: true }],
    ["Europe/Berlin", "2026-10-25T00:30:00Z", { hour: 2.5, day: 7, isWeekend: true }],
    ["Europe/Berlin", "2026-10-25T01:30:00Z", { hour: 2.5, day: 7, isWeekend: true }],
    ["Europe/Berlin", "2026-10-26T06:00:00Z", { hour: 7, day: 1, isWeekend: false }],
    ["America/Los_Angeles", "2013-08-26T14:00:00Z", { hour: 7, day: 1, isWeekend: false }],
    ["Asia/Kathmandu", "2026-01-05T00:00:00Z", { hour: 5.75, day: 1, isWeekend: false }],
    ["UTC", "1969-12-31T12:00:00Z", { hour: 12, day: 3, isWeekend: false }],
    ["No/Where", "2026-01-03T12:00:00Z", { hour: 12, day: 6, isWeekend: true }],
  ])("in %s at %s", (zone, text, expected) => {
    expect(localTime(zone, at(text))).toEqual(expected);
  });

  it("is the same whether a step is asked for once or again, and after many others", () => {
    const step = Math.floor(at("2026-03-29T01:00:00Z") / GRID_MS);
    const first = momentOf("Europe/Berlin", step);
    expect(first.hour).toBeCloseTo(3 + 2.5 / 60, 9);
    for (let other = 1; other <= 2_000; other++) momentOf("Europe/Berlin", step + other);
    expect(momentOf("Europe/Berlin", step)).toEqual(first);
    expect(momentOf("Europe/Berlin", step)).toBe(momentOf("Europe/Berlin", step));
  });

  it("changes its clocks at the quarter of an hour in which its zone does", () => {
    const hourIn = (zone: string, text: string): number => localTime(zone, at(text)).hour;
    expect(hourIn("Europe/Berlin", "2026-03-29T00:59:59Z")).toBeCloseTo(2, 2);
    expect(hourIn("Europe/Berlin", "2026-03-29T01:00:00Z")).toBe(3);
    expect(hourIn("Asia/Kathmandu", "2026-01-05T18:14:59Z")).toBeCloseTo(24, 2);
    expect(hourIn("Asia/Kathmandu", "2026-01-05T18:15:00Z")).toBe(0);
    // Lord Howe moves by half an hour.
    expect(hourIn("Australia/Lord_Howe", "2026-04-04T14:59:59Z")).toBeCloseTo(2, 2);
    expect(hourIn("Australia/Lord_Howe", "2026-04-04T15:00:00Z")).toBe(1.5);
  });

  it("stands at noon with its hand down: cosine and sine of one, two and three turns a day", () => {
    const stepAt = (text: string): number => Math.floor(at(text) / GRID_MS);
    const { turns, hour, day, step } = momentOf("UTC", stepAt("2031-11-25T06:00:00Z"));
    expect([hour, day, step]).toEqual([expect.closeTo(6 + 2.5 / 60, 9), 2, stepAt("2031-11-25T06:00:00Z")]);
    const angle = ((6 + 2.5 / 60) / 24) * 2 * Math.PI;
    for (const [i, turn] of [1, 2, 3].entries()) {
      expect(turns[2 * i]).toBeCloseTo(Math.cos(turn * angle), 9);
      expect(turns[2 * i + 1]).toBeCloseTo(Math.sin(turn * angle), 9);
    }
  });

  it("knows each day of the week, also before 1970", () => {
    const days = (first: string): number[] =>
      Array.from({ length: 7 }, (_, i) => localTime("UTC", instant(at(first) + i * 86_400_000)).day);
    expect(days("2026-11-23T00:00:00Z")).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(days("1969-12-22T23:59:59Z")).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const weekend = ["2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z"].map(
      (text) => localTime("UTC", at(text)).isWeekend,
    );
    expect(weekend).toEqual([false, true]);
  });

  it("is right for as many zones and hours as anybody asks for", () => {
    for (let i = 0; i < 1_100; i++) expect(localTime(`No/Where${i}`, at("2026-01-03T12:00:00Z")).hour).toBe(12);
    for (let hour = 0; hour < 1_100; hour++)
      expect(localTime("Asia/Kathmandu", instant(at("2026-01-05T00:00:00Z") + hour * 3_600_000)).hour).toBeCloseTo(
        (5.75 + hour) % 24,
        6,
      );
  });
});

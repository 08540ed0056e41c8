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
});

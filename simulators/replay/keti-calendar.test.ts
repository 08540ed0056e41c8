import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ketiCalendar } from "./keti-calendar.ts";

const file = new URL("keti-demos.ics", import.meta.url);

it("keti-demos.ics is what the code writes (run keti-calendar.ts to renew it)", () => {
  expect(readFileSync(file, "utf8")).toBe(ketiCalendar());
});

it("has visits for 35 rooms, in working hours of the recorded week, one at a time in a room", () => {
  const events = ketiCalendar().split("BEGIN:VEVENT").slice(1);
  const value = (event: string, name: string): string =>
    new RegExp(`^${name}(?:;[^:]*)?:(.*)\\r$`, "m").exec(event)?.[1] ?? "";
  const busy = new Map<string, [string, string][]>();
  for (const event of events) {
    const [start, end] = [value(event, "DTSTART"), value(event, "DTEND")];
    expect(start.slice(0, 8) >= "20130826" && start.slice(0, 8) <= "20130830").toBe(true);
    expect(start.slice(9) >= "083000" && end.slice(9) <= "180000" && start < end).toBe(true);
    const room = value(event, "LOCATION");
    const others = busy.get(room) ?? [];
    for (const [otherStart, otherEnd] of others) expect(start >= otherEnd || end <= otherStart).toBe(true);
    busy.set(room, [...others, [start, end]]);
  }
  expect(busy.size).toBe(35);
  expect(new Set(events.map((event) => value(event, "UID"))).size).toBe(events.length);
});

import { describe, expect, it } from "vitest";
import { acme, demoAt, DeskStory, wireTime } from "./desk-fixture.ts";

const booking = (from: string, to: string) => ({ start: wireTime(from), end: wireTime(to) });
const sentences = (s: DeskStory): string[] =>
  s.alerts().map(({ demo, status, sentence }) => `${demo} ${status}: ${sentence}`);

describe("a room that is promised twice", () => {
  it("to two visits: the later one is told at once, and resolved when one of them moves", async () => {
    const s = new DeskStory("08:00");
    const late = demoAt("late", "14:30", "15:30");
    await s.judge({ demos: [acme, late] });
    await s.until("08:02");
    expect(sentences(s)).toEqual([
      "late open: The room is promised twice: to another visit 14:00–15:00. Move the visit to another room by 14:15 (usually 10 min, up to 15).",
    ]);
    expect(s.told()).toEqual(["raised→owner"]);
    await s.judge({ demos: [acme] });
    expect(s.alert().status).toBe("resolved");
  });

  it("to a visit and a booking: told; one after the other is not", async () => {
    const s = new DeskStory("08:00");
    await s.judge({ bookings: [booking("13:00", "14:00"), booking("15:00", "16:00")] });
    await s.until("08:02");
    expect(s.alerts()).toEqual([]);
    await s.judge({ bookings: [booking("14:30", "16:00")] });
    await s.until("08:04");
    expect(sentences(s)[0]).toContain("acme open: The room is promised twice: to a booking 14:30–16:00");
    await s.judge({ bookings: [] });
    await s.until("08:10");
    expect(s.alert().status).toBe("resolved");
  });

  it("by a visit that runs over into the next: nobody has to move whose client is there", async () => {
    const s = new DeskStory("14:35");
    await s.judge({ demos: [acme, demoAt("late", "14:30", "15:30")] });
    await s.until("14:40");
    expect(s.alerts()).toEqual([]);
  });
});

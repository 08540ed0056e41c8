import { describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { rfc3339, instant } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { DailyList, nextAt } from "./daily-list.ts";
import { acme, clockTime, DeskStory, harbour, settle, wireTime } from "./desk-fixture.ts";
import { FakeNotifier } from "./fake-notifier.ts";

function begin(start: string, notifier = new FakeNotifier()) {
  const clock = new VirtualClock(clockTime(start));
  const list = new DailyList({ clock, log: silentLog, notifier, time: "07:00" });
  const desk = new DeskStory(start);
  const judge = (room: string, outcome: "ready" | "not_ready", demos: (typeof acme)[] = []): void => {
    const { readiness, ...rest } = desk.judgement({ room, card: { ...harbour, name: room }, demos });
    const check = { check: "display", hard: true, code: "X", sentence: "x", lost: 0, freshness: 1 } as const;
    const checks = [{ ...check, outcome, since: wireTime("05:30") }];
    list.consider({
      ...rest,
      readiness: { ...readiness, now: { ...readiness.now, outcome, sentence: `${room} is dark.`, checks } },
    });
  };
  return { clock, list, notifier, judge };
}

describe("the daily list", () => {
  it("tells at seven what is wrong in rooms that no visit needs, once a day, to whom level 0 names", async () => {
    const s = begin("06:00");
    s.judge("attic", "not_ready");
    s.judge("harbour", "not_ready", [acme]);
    s.judge("pine", "ready");
    s.clock.advanceTo(clockTime("06:59"));
    expect(s.notifier.lists).toEqual([]);
    s.clock.advanceTo(clockTime("07:01"));
    await settle();
    expect(s.notifier.lists).toHaveLength(1);
    expect(s.notifier.lists[0]).toMatchObject({
      contact: "owner",
      list: { site: "hq", more: 0, lines: [{ roomName: "attic", text: "attic is dark (since 05:30)" }] },
    });
    expect([s.list.rooms, s.list.counts.sent]).toEqual([1, 1]);
    s.clock.advanceTo(clockTime("31:01"));
    expect(s.notifier.lists).toHaveLength(2);
  });

  it("says nothing where nothing is wrong, or what was is mended or gone", () => {
    const s = begin("06:00");
    for (const room of ["attic", "cellar", "pine"]) s.judge(room, "not_ready");
    s.judge("attic", "ready");
    s.judge("cellar", "not_ready", [acme]);
    s.list.forget("hq", "pine");
    s.clock.advanceTo(clockTime("07:01"));
    expect(s.notifier.lists).toEqual([]);
  });

  it("names forty rooms at most and counts the others", () => {
    const s = begin("06:00");
    for (let i = 0; i < 45; i++) s.judge(`room-${i}`, "not_ready");
    s.clock.advanceTo(clockTime("07:00"));
    const [sent] = s.notifier.lists;
    expect([sent?.list.lines.length, sent?.list.more]).toEqual([40, 5]);
  });

  it("comes when the site's own clocks show it, also on the days when they change", () => {
    const at = (text: string) => instant(Date.parse(text));
    const next = (zone: string, from: string, time = "07:00") => rfc3339(nextAt(time, zone, at(from)));
    expect(next("Europe/Berlin", "2026-03-28T12:00:00Z")).toBe("2026-03-29T05:00:00.000Z");
    expect(next("Europe/Berlin", "2026-10-24T12:00:00Z")).toBe("2026-10-25T06:00:00.000Z");
    // Skipped that night: the day after.
    expect(next("Europe/Berlin", "2026-03-28T12:00:00Z", "02:30")).toBe("2026-03-30T00:30:00.000Z");
    expect(next("UTC", "2026-03-28T07:00:00Z")).toBe("2026-03-29T07:00:00.000Z");
  });
});

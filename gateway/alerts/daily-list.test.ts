import { describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import type { CheckResult, RoomReadiness } from "#contract/messages/readiness.ts";
import type { Demo } from "#contract/messages/room.ts";
import { type Instant, instant, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { DailyList, nextAt } from "./daily-list.ts";
import { acme, clockTime, demoAt, DeskStory, harbour, settle, wireTime } from "./desk-fixture.ts";
import { FakeNotifier } from "./fake-notifier.ts";
import type { Contact, DailyListMessage, Notifier } from "./notifier.ts";

type Outcome = CheckResult["outcome"];
interface Judged {
  site?: string;
  name?: string;
  zone?: string;
  outcome?: Outcome;
  sentence?: string;
  /** Outcome and beginning of each check. */
  checks?: readonly (readonly [Outcome, string])[];
  demos?: readonly Demo[];
}

interface Out {
  levels?: readonly (readonly string[])[];
  /** What becomes of a list; `none` where no channel carries lists. */
  sendList?: "none" | ((contact: Contact, list: DailyListMessage) => Promise<void>);
  time?: string;
}

function begin(start: string, { levels, sendList, time = "07:00" }: Out = {}) {
  const notifier = new FakeNotifier(levels);
  const out: Notifier = {
    contacts: (level) => notifier.contacts(level),
    send: (contact, notice) => notifier.send(contact, notice),
    ...(sendList !== "none" && {
      sendList: async (contact, list) => {
        await sendList?.(contact, list);
        await notifier.sendList(contact, list);
      },
    }),
    stop: () => notifier.stop(),
  };
  const clock = new VirtualClock(clockTime(start));
  const warnings: object[] = [];
  const log = { ...silentLog, warn: (fields: object, text: string) => void warnings.push({ ...fields, text }) };
  const list = new DailyList({ clock, log, notifier: out, time });
  const judge = (room: string, judged: Judged = {}): void => {
    const { site = "hq", name = room, zone = "UTC", outcome = "not_ready", demos = [] } = judged;
    const { sentence = `${room} is dark.`, checks = [[outcome, "05:30"]] } = judged;
    const { readiness, ...rest } = new DeskStory(start).judgement({ room, card: { ...harbour, name, zone }, demos });
    const now: RoomReadiness["now"] = { ...readiness.now, outcome, sentence, checks: checks.map(checkOf) };
    list.consider({ ...rest, site, readiness: { ...readiness, now } });
  };
  const until = async (time: string): Promise<void> => {
    clock.advanceTo(clockTime(time));
    await settle();
  };
  const texts = (): string[] => notifier.lists.at(-1)?.list.lines.map(({ text }) => text) ?? [];
  const rooms = (): string[] => notifier.lists.at(-1)?.list.lines.map(({ roomName }) => roomName) ?? [];
  return { clock, list, notifier, judge, until, texts, rooms, warnings };
}
const checkOf = ([outcome, since]: readonly [Outcome, string]): CheckResult => ({
  check: "display",
  hard: true,
  code: "X",
  sentence: "x",
  lost: 0,
  freshness: 1,
  outcome,
  since: wireTime(since),
});

/** The key of a list ends with the minute of its making. */
const minuteOfKey = (key: string): number => Number.parseInt(key.split("-").at(-1) ?? "", 36) * 60_000;

describe("the daily list", () => {
  it("tells at seven what is wrong in rooms that no visit needs, once a day, to whom level 0 names", async () => {
    const s = begin("06:00");
    s.judge("attic");
    s.judge("harbour", { demos: [acme] });
    s.judge("pine", { outcome: "ready" });
    await s.until("06:59");
    expect(s.notifier.lists).toEqual([]);
    await s.until("07:01");
    expect(s.notifier.lists).toHaveLength(1);
    expect(s.notifier.lists[0]).toMatchObject({
      contact: "owner",
      list: { site: "hq", more: 0, lines: [{ roomName: "attic", text: "attic is dark (since 05:30)" }] },
    });
    expect([s.list.rooms, s.list.counts]).toEqual([1, { sent: 1, failed: 0 }]);
    await s.until("31:01");
    expect(s.notifier.lists).toHaveLength(2);
    // The visit of the harbour room was yesterday's.
    expect(s.texts()).toEqual(["attic is dark (since Mon 05:30)", "harbour is dark (since Mon 05:30)"]);
  });

  it("tells of rooms of which nothing is known, and leaves out what is good enough", async () => {
    const s = begin("06:00");
    for (const outcome of ["not_ready", "unknown", "degraded", "ready"] as const) s.judge(outcome, { outcome });
    await s.until("07:00");
    expect(s.rooms()).toEqual(["not_ready", "unknown"]);
  });

  it("says nothing where nothing is wrong, or what was is mended or gone", async () => {
    const s = begin("06:00");
    for (const room of ["attic", "cellar", "pine"]) s.judge(room);
    s.judge("attic", { outcome: "ready" });
    s.judge("cellar", { demos: [acme] });
    s.list.forget("hq", "pine");
    s.list.forget("nowhere", "pine");
    await s.until("07:01");
    expect(s.notifier.lists).toEqual([]);
    expect(s.list.rooms).toBe(0);
  });

  it("leaves to the alerts what a visit needs within a day, as it is at seven: rooms need not be judged again for it", async () => {
    const s = begin("06:00");
    s.judge("tomorrow at seven", { demos: [demoAt("a", "31:00", "32:00")] });
    s.judge("tomorrow after seven", { demos: [demoAt("a", "31:01", "32:00")] });
    s.judge("under way", { demos: [demoAt("a", "05:00", "07:01")] });
    s.judge("over by now", { demos: [demoAt("a", "05:00", "07:00")] });
    s.judge("one of two", { demos: [demoAt("a", "05:00", "06:30"), acme] });
    expect(s.list.rooms).toBe(2);
    await s.until("07:00");
    expect(s.rooms()).toEqual(["over by now", "tomorrow after seven"]);
  });

  it("says since when: of all that makes the room what it is, the first", async () => {
    const s = begin("06:00");
    const checks = [["not_ready", "05:30"], ["not_ready", "04:10"], ["degraded", "03:00"], ["ready", "02:00"]] as const; // prettier-ignore
    s.judge("attic", { checks });
    s.judge("by-nothing", { checks: [["ready", "02:00"]] });
    s.judge("zurich", { zone: "Europe/Zurich" });
    await s.until("07:00");
    expect(s.texts()).toEqual([
      "attic is dark (since 04:10)",
      "by-nothing is dark (since 06:00)",
      "zurich is dark (since 06:30)",
    ]);
  });

  it("says it in the sentence's own words, which may have points within", async () => {
    const s = begin("06:00");
    s.judge("a", { sentence: "Room is 18.1 °C. Needs 20–24." });
    s.judge("b", { sentence: "Nothing is heard..." });
    s.judge("c", { sentence: "It smokes!" });
    s.judge("d", { sentence: "no point" });
    await s.until("07:00");
    expect(s.texts()).toEqual(
      ["Room is 18.1 °C. Needs 20–24", "Nothing is heard", "It smokes", "no point"].map(
        (each) => `${each} (since 05:30)`,
      ),
    );
  });

  it("names forty rooms at most, in their order, and counts the others", async () => {
    const s = begin("06:00");
    const all = Array.from({ length: 45 }, (_, i) => `room-${i + 10}`);
    // In an order of its own.
    for (let i = 0; i < 45; i++) s.judge(all[(i * 7) % 45] ?? "");
    await s.until("07:00");
    expect(s.rooms()).toEqual(all.slice(0, 40));
    expect(s.notifier.lists[0]?.list.more).toBe(5);
    for (const room of all.slice(40)) s.list.forget("hq", room);
    await s.until("31:00");
    expect([s.rooms().length, s.notifier.lists[1]?.list.more]).toEqual([40, 0]);
  });

  it("is each site's own, each day another, and the same for all who get it", async () => {
    const s = begin("05:00", { levels: [["owner", "desk"]] });
    s.judge("attic");
    s.judge("attic", { site: "berlin", name: "Dach" });
    await s.until("31:00");
    const sent = s.notifier.lists.map(({ contact, list }) => `${list.site} ${contact} ${list.lines[0]?.roomName}`);
    const day = ["hq owner attic", "hq desk attic", "berlin owner Dach", "berlin desk Dach"];
    expect(sent).toEqual([...day, ...day]);
    expect(new Set(s.notifier.lists.map(({ list }) => list.key)).size).toBe(4);
    expect(s.list.counts.sent).toBe(8);
  });
});

describe("a daily list that does not get through", () => {
  it("is counted and logged, is not tried again that day, and keeps nobody else from theirs", async () => {
    const sendList = ({ id }: Contact): Promise<void> =>
      id === "away" ? Promise.reject(new Error("no such mailbox")) : Promise.resolve();
    const s = begin("06:00", { levels: [["away", "owner"]], sendList });
    s.judge("attic");
    await s.until("12:00");
    expect(s.notifier.lists.map(({ contact }) => contact)).toEqual(["owner"]);
    expect(s.list.counts).toEqual({ sent: 1, failed: 1 });
    const text = "the daily list was not sent";
    expect(s.warnings).toEqual([{ site: "hq", contact: "away", error: "no such mailbox", text }]);
    await s.until("31:00");
    expect(s.list.counts).toEqual({ sent: 2, failed: 2 });
  });

  it("has failed where no channel carries lists", async () => {
    const s = begin("06:00", { sendList: "none" });
    s.judge("attic");
    await s.until("07:00");
    expect(s.list.counts).toEqual({ sent: 0, failed: 1 });
    expect(s.warnings).toMatchObject([{ contact: "owner", error: "there are no lists here" }]);
  });

  it("is nobody's where nobody is named: nothing is sent, nothing has failed, and the next day is another", async () => {
    const s = begin("06:00", { levels: [[]] });
    s.judge("attic");
    await s.until("31:00");
    expect([s.list.counts, s.warnings, s.list.rooms]).toEqual([{ sent: 0, failed: 0 }, [], 1]);
  });

  it("is not sent by a gateway that has stopped", async () => {
    const s = begin("06:00");
    s.judge("attic");
    s.list.stop();
    await s.until("31:00");
    expect(s.notifier.lists).toEqual([]);
  });
});

describe("the time of the daily list", () => {
  const at = (text: string): Instant => instant(Date.parse(text));
  const next = (zone: string, from: string, time = "07:00"): string => rfc3339(nextAt(time, zone, at(from)));

  it("is when the site's own clocks show it, also on the days when they change", () => {
    expect(next("Europe/Berlin", "2026-03-28T12:00:00Z")).toBe("2026-03-29T05:00:00.000Z");
    expect(next("Europe/Berlin", "2026-10-24T12:00:00Z")).toBe("2026-10-25T06:00:00.000Z");
    // Skipped that night: the day after.
    expect(next("Europe/Berlin", "2026-03-28T12:00:00Z", "02:30")).toBe("2026-03-30T00:30:00.000Z");
    expect(next("UTC", "2026-03-28T07:00:00Z")).toBe("2026-03-29T07:00:00.000Z");
    expect(next("UTC", "2026-03-28T06:59:59Z")).toBe("2026-03-28T07:00:00.000Z");
  });

  it("is told once in the night in which clocks show it twice, and each day around it", async () => {
    const s = begin("06:00", { time: "02:30" });
    s.clock.advanceTo(at("2027-10-30T12:00:00Z"));
    s.judge("attic", { site: "berlin", zone: "Europe/Berlin" });
    s.clock.advanceTo(at("2027-11-02T12:00:00Z"));
    await settle();
    // 02:30 of summer time on the 31st, then of winter time.
    const when = ["2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z", "2027-11-02T01:30:00Z"];
    expect(s.notifier.lists.map(({ list }) => minuteOfKey(list.key))).toEqual(when.map(at));
  });

  it("is UTC where nobody knows the zone", () => {
    expect(next("Mars/Olympus", "2026-03-28T12:00:00Z")).toBe("2026-03-29T07:00:00.000Z");
  });

  it("is looked for again in a day where no clock ever shows it", () => {
    expect(next("UTC", "2026-03-28T12:00:00Z", "24:30")).toBe("2026-03-29T12:00:00.000Z");
  });
});

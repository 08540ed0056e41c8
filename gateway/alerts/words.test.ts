import { describe, expect, it } from "vitest";
import { causeOf, clockTime, DeskStory } from "./desk-fixture.ts";
import { findingOf, type Member, membersOf } from "./finding.ts";
import { adviceOf, durationOf, oneLine, sentenceOf, titleOf } from "./words.ts";

const noon = clockTime("12:00");
function finding(sentence: string, more: Member[] = []) {
  const story = new DeskStory("12:00");
  const members = membersOf(story.judgement({ troubles: { acme: [{ sentence }] } }), noon);
  const found = findingOf("hq", "temperature", [...members, ...more]);
  if (found === undefined) throw new Error("no finding");
  return found;
}

describe("the words of an alert", () => {
  it.each([
    ["Room is 18.1 °C, needs 20–24", "Harbour is 18.1 °C, needs 20–24 for Acme 14:00"],
    [
      "Air is 18.1 °C since 11:40, 1.9 K below 20 °C.",
      "Harbour is 18.1 °C since 11:40, 1.9 K below 20 °C for Acme 14:00",
    ],
    [
      "Can't tell the air: Air sensor is silent since 11:40.",
      "Harbour: can't tell the air: Air sensor is silent since 11:40 for Acme 14:00",
    ],
    [
      "Room is 25.4 °C since 08:21, 1.4 K above 24; expected 25.2 °C at 14:00.",
      "Harbour is 25.4 °C since 08:21, 1.4 K above 24 for Acme 14:00",
    ],
    ["CO₂ is 1,900 ppm", "Harbour: CO₂ is 1,900 ppm for Acme 14:00"],
    ["HDMI input is wrong in Harbour", "HDMI input is wrong in Harbour for Acme 14:00"],
    ["Too few seats for Acme", "Harbour: too few seats for Acme"],
  ])("tells %j as %j", (sentence, title) => {
    expect(titleOf(finding(sentence), noon)).toBe(title);
  });

  it("counts rooms where a cause takes several along", () => {
    const [member] = finding("Agent pi-3 is offline").members;
    const title = titleOf(finding("Agent pi-3 is offline", [{ ...member, roomKey: "hq/lotus" }]), noon);
    expect(title).toBe("2 rooms: Agent pi-3 is offline for Acme 14:00");
  });

  it("says what mends it, how long that takes, and by when to begin; past that, another room", () => {
    const { steps } = causeOf({});
    expect(sentenceOf(finding("Room is 18.1 °C."), noon)).toBe(
      "Room is 18.1 °C. Raise the heating by 13:10 (usually 35 min, up to 50).",
    );
    expect(adviceOf(steps, "UTC", clockTime("13:11"))).toBe(
      "Too late to mend it in time: offer the client another room.",
    );
  });

  it("keeps titles of calendars on one line, without direction marks, and short", () => {
    expect(oneLine("a\r\nBcc: b\u202Ec\u2028d\u0000e")).toBe("a Bcc: b c d e");
    expect(oneLine("x".repeat(500))).toHaveLength(160);
  });
});

describe("the small print", () => {
  const step = (p50_min: number, p90_min: number, act_by = "2026-11-23T12:00:00Z") => ({
    remedy: "heat",
    label: "Raise the heating",
    p50_min,
    p90_min,
    act_by,
  });

  it("says how long a remedy takes, as one number where that is all there is", () => {
    expect([step(4.6, 12), step(5, 5), step(5, 4)].map(durationOf)).toEqual([
      "usually 5 min, up to 12",
      "takes about 5 min",
      "takes about 4 min",
    ]);
  });

  it("still advises what is due this very moment", () => {
    expect(adviceOf([step(5, 10)], "UTC", noon)).toBe("Raise the heating by 12:00 (usually 5 min, up to 10).");
  });

  it("names the visit where no account is named", () => {
    const [member] = finding("Room is 18 °C").members;
    for (const account of ["", undefined]) {
      const found = findingOf("hq", "temperature", [{ ...member, account, title: "Board tour" }]);
      expect(found === undefined ? "" : titleOf(found, noon)).toBe("Harbour is 18 °C for Board tour 14:00");
    }
  });

  it("is one line of single spaces, cut with a sign that it is, and ends no sentence twice", () => {
    expect(oneLine(" a \n\n\u0007 b  c ")).toBe("a b c");
    expect([oneLine("12345", 5), oneLine("123456", 5), oneLine("123 456", 5)]).toEqual(["12345", "1234…", "123…"]);
    expect(titleOf(finding("Room is 18 °C..!"), noon)).toBe("Harbour is 18 °C for Acme 14:00");
    expect(sentenceOf(finding("Room is 18 °C!!"), noon)).toMatch(/^Room is 18 °C\. /);
  });

  it("takes the room for what is said of it or its air, and of nothing else", () => {
    expect(titleOf(finding("The room is warm"), noon)).toBe("Harbour is warm for Acme 14:00");
    expect(titleOf(finding("Is warm"), noon)).toBe("Harbour is warm for Acme 14:00");
    expect(titleOf(finding("no Signal"), noon)).toBe("Harbour: no Signal for Acme 14:00");
  });
});

import { describe, expect, test } from "vitest";
import { displacedWords, distanceWords, fitWords, heldWords } from "./alternative-words.ts";

const NOW = Date.parse("2026-11-24T07:41:00.000Z");

describe("another room, in words", () => {
  test.each([
    [{ storeys: 0 }, "same floor"],
    [{ storeys: 0, metres: 24.6 }, "same floor, 25\u00A0m away"],
    [{ storeys: 1 }, "one floor away"],
    [{ storeys: 9, metres: 80 }, "9 floors away, 80\u00A0m"],
  ])("how far: %o", (where, words) => expect(distanceWords(where)).toBe(words));

  test("how it fits, and who gives way", () => {
    expect([1, 0.6, 0.2].map(fitWords)).toEqual(["right size", "larger than needed", "far larger than needed"]);
    expect([0, 1, 2].map(displacedWords)).toEqual(["free then", "1 booking gives way", "2 bookings give way"]);
  });

  test("until when it is kept, told in the room's zone, and not once it is over", () => {
    expect(heldWords("2026-11-24T07:55:00Z", NOW, "Europe/Amsterdam")).toBe("kept for this visit until 08:55");
    expect(heldWords("2026-11-24T07:40:00Z", NOW, "Europe/Amsterdam")).toBeUndefined();
    expect(heldWords(undefined, NOW, "Europe/Amsterdam")).toBeUndefined();
  });
});

import { expect, test } from "vitest";
import { needsWords } from "./needs-words.ts";

test("needs are told in a line, and what is not needed is not told", () => {
  expect(needsWords({})).toBe("whatever the room has");
  expect(needsWords({ people: 1 })).toBe("1 person");
  const comfort = {
    temperature_c: { ready: [21, 23.5] as [number, number], usable: [20, 25] as [number, number] },
    co2_ppm: { ready: [0, 950] as [number, number], usable: [0, 1_200] as [number, number] },
  };
  expect(needsWords({ people: 6, capabilities: ["display", "video_call"], comfort, reset_visit: true })).toBe(
    "6 people · display, video call · 21–23.5\u00A0°C · CO₂ up to 950\u00A0ppm · reset before",
  );
});

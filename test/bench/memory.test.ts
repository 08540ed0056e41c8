import { expect, test } from "vitest";
import { summarise } from "./memory.ts";

test("tells what grows: the whole run, and each ten minutes of it", () => {
  const samples = [150, 170, 160, 161, 162, 190].map((mb, n) => ({ minute: n * 4, mb }));
  expect(summarise(samples)).toEqual({
    rss_mb: { start: 150, median: 162, max: 190, end: 190 },
    per_10_minutes: [
      { from_minute: 0, min: 150, median: 160, max: 170 },
      { from_minute: 10, min: 161, median: 162, max: 162 },
      { from_minute: 20, min: 190, median: 190, max: 190 },
    ],
  });
});

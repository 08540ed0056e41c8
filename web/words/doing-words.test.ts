import { expect, test } from "vitest";
import type { DemoView } from "#contract/api/views.ts";
import { untakenWords } from "./doing-words.ts";

const now = Date.parse("2026-11-23T09:00:00Z");
const readiness = { act_by: "2026-11-23T09:30:00Z" } as DemoView["readiness"];
const demo = { readiness, zone: "UTC", alerts: [] };

test("that facilities know is said only once they were called", () => {
  expect(untakenWords(demo, now)).toBe(
    "Being watched; facilities are called if it comes to that, act by 09:30 (in 30\u00a0min).",
  );
  expect(untakenWords({ ...demo, alerts: ["a1"] }, now)).toBe(
    "Facilities know; nobody has taken it yet, act by 09:30 (in 30\u00a0min).",
  );
});

test("where somebody is on it, or nothing has to be done, nothing is said", () => {
  expect(untakenWords({ ...demo, being_done: "Ada is on it" }, now)).toBeUndefined();
  expect(untakenWords({ ...demo, readiness: undefined }, now)).toBeUndefined();
});

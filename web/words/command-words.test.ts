import { expect, test } from "vitest";
import { commandSaid } from "./command-words.ts";

test("what became of a command is said with the device's own words, and silence is not taken for a yes", () => {
  expect(commandSaid({ state: "done", text: "it woke, reports no error, and sleeps again" })).toBe(
    "Done: it woke, reports no error, and sleeps again.",
  );
  expect(commandSaid({ state: "done" })).toBe("Done.");
  expect(commandSaid({ state: "failed", code: "DEVICE_FAULT", text: "it reports an error: lamp" })).toBe(
    "It could not be done: it reports an error: lamp.",
  );
  expect(commandSaid({ state: "failed", code: "TOO_LATE" })).toContain("TOO_LATE");
  expect(commandSaid({ state: "unanswered" })).toContain("not known");
});

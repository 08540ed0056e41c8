import { expect, test } from "vitest";
import { eventWords } from "./event-words.ts";

const at = "2026-11-24T08:00:00.000Z";

test("a message that was sent says who was told what, and by which channel", () => {
  const sent = (note: string): string => eventWords({ at, event: "notified", note });
  expect(sent("raised to Facilities desk by mail")).toBe("Told Facilities desk the alert (mail)");
  expect(sent("offer_move to Sam by duty")).toBe("Told Sam the offer of another room (duty)");
  expect(sent("raised to the log by log")).toBe("Written to the program's log: the alert");
  expect(sent("e-mail to facilities")).toBe("Message sent: e-mail to facilities");
  expect(eventWords({ at, event: "notified" })).toBe("Message sent");
});

test("what people said names them; what was held back says why", () => {
  expect(eventWords({ at, event: "acknowledged", by: "Priya" })).toBe("Taken by Priya");
  expect(eventWords({ at, event: "resolved", by: "Wei", found: "nothing_wrong" })).toBe("Found nothing wrong by Wei");
  expect(eventWords({ at, event: "held", note: "in-maintenance" })).toContain("the room is in maintenance");
});

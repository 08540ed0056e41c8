import { expect, it } from "vitest";
import { capability } from "./capability.ts";
import { Bench } from "./check-fixture.ts";

it("is ready when the card has all that is needed", () => {
  expect(new Bench(capability).finds({ capabilities: ["display"] })).toMatchObject({ outcome: "ready", hard: true });
  expect(new Bench(capability).finds({ capabilities: ["display"] })?.part).not.toHaveProperty("value");
});

it("names each thing that the room lacks", () => {
  const row = new Bench(capability).finds({ capabilities: ["display", "step_free", "catering"] });
  expect(row).toMatchObject({ outcome: "not_ready", code: "CAPABILITY_MISSING" });
  expect(row?.faults.map((fault) => fault.part.cause)).toEqual(["capability:step_free", "capability:catering"]);
  expect(row?.part.say(row.since)).toBe("The room does not have step-free access.");
});

it("is not asked for where nothing is needed", () => {
  expect(new Bench(capability).finds({ capabilities: [] })).toBeUndefined();
  expect(new Bench(capability).finds({ capabilities: undefined })).toBeUndefined();
});

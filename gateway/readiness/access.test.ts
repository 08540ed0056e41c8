import { expect, it } from "vitest";
import { access } from "./access.ts";
import { Bench, demoIn } from "./check-fixture.ts";

const bench = (said?: "arranged" | "missing"): Bench => {
  const made = new Bench(access);
  made.demo = demoIn(120, said === undefined ? {} : { access: said });
  return made;
};

it("asks nothing where nothing is said, nor without a visit", () => {
  expect(bench().finds()).toBeUndefined();
  expect(new Bench(access).finds()).toBeUndefined();
});

it("is ready when arranged, and blocks when missing", () => {
  expect(bench("arranged").finds()).toMatchObject({ outcome: "ready", hard: true, weight: 8 });
  expect(bench("missing").finds()).toMatchObject({
    outcome: "not_ready",
    code: "ACCESS_MISSING",
    part: { cause: "access" },
  });
  expect(bench("missing").tells()).toBe("The client cannot get in yet: door, host or badge is not arranged.");
});

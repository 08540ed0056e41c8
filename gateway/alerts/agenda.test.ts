import { expect, it } from "vitest";
import { type Instant, instant } from "#contract/units.ts";
import { Agenda } from "./agenda.ts";

const first = (...moments: (number | undefined)[]): Instant | undefined => {
  const agenda = new Agenda();
  for (const at of moments) agenda.add(at === undefined ? undefined : instant(at));
  return agenda.next;
};

it("keeps the first of the moments at which something is due, in whatever order they come", () => {
  expect([first(3, 1, 2), first(1, 2), first(2, 1), first(0, -1, 5)]).toEqual([1, 1, 1, -1]);
});

it("has nothing due where there is no moment, or none that ever comes", () => {
  for (const none of [undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(first(none)).toBeUndefined();
    expect([first(none, 2), first(2, none)]).toEqual([2, 2]);
  }
});

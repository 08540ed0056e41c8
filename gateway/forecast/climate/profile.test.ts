import { describe, expect, it } from "vitest";
import { Profile } from "./profile.ts";
import { Shelf } from "./shelf.ts";

const scale = { floor: -10, grain: 0.002 };
const on = (hour: number, isWeekend = false) => ({ hour, day: isWeekend ? 6 : 1, isWeekend });
const profile = (...seen: [hour: number, value: number, isWeekend?: boolean][]): Profile => {
  const made = new Profile(new Shelf(), scale);
  for (const [hour, value, isWeekend] of seen) made.learn(on(hour, isWeekend), value);
  return made;
};

describe("how a room usually is at a time of day", () => {
  it("is not known before it was seen", () => {
    expect(profile().at(on(9))).toBeNaN();
    expect(profile([9, 21]).at(on(12))).toBeNaN();
  });

  it("is told for slots of 20 minutes, evenly between their middles", () => {
    const usual = profile([9.1, 21], [9.6, 23]);
    const at = (minute: number): number => usual.at(on(9 + minute / 60));
    expect([0, 10, 15, 20, 25, 30, 39].map(at)).toEqual(
      [21, 21, 21.5, 22, 22.5, 23, 23].map((value) => expect.closeTo(value, 3)),
    );
    expect(at(-11)).toBeNaN();
    expect(at(51)).toBeNaN();
  });

  it("goes on over midnight", () => {
    const usual = profile([23.9, 20], [0.1, 22]);
    expect(usual.at(on(0))).toBeCloseTo(21, 3);
    expect(usual.at(on(23 + 55 / 60))).toBeCloseTo(20.5, 3);
  });

  it("moves by 30 % of the way in a day of four steps to the slot", () => {
    const usual = profile([9.1, 20], [9.1, 30], [9.15, 30], [9.2, 30], [9.25, 30]);
    expect(usual.at(on(9 + 10 / 60))).toBeCloseTo(23, 2);
  });

  it("is another at weekends, in the slot of the same time", () => {
    const usual = profile([9.1, 20], [9.1, 16, true]);
    expect([usual.at(on(9.1)), usual.at(on(9.1, true))]).toEqual([expect.closeTo(20, 3), expect.closeTo(16, 3)]);
    expect(profile([23.9, 20]).at(on(0.1, true))).toBeNaN();
  });

  it("holds what its scale can: 0.002 K above the floor at the least", () => {
    expect(profile([9, -40]).at(on(9))).toBeCloseTo(-9.998, 6);
    expect(profile([9, 900]).at(on(9))).toBeCloseTo(65_535 * 0.002 - 10, 6);
  });
});

import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { RoomLearner } from "../learner.ts";
import { nothingAround } from "./around.ts";

const start = Date.UTC(2026, 10, 23, 6);
const at = (minute: number) => instant(start + minute * 60_000);
const OUTDOOR = 420;

/** A room that airs so often an hour, with people who bring so many ppm/h while they are in. */
class Air {
  readonly learner = new RoomLearner();
  minute = 0;
  #ppm = OUTDOOR;
  #perHour = 2;

  get ppm(): number {
    return this.#ppm;
  }

  airs(perHour: number): this {
    this.#perHour = perHour;
    return this;
  }

  /** Lets time pass with people who bring so much, or without any. */
  passes(minutes: number, rise = 0): this {
    for (const end = this.minute + minutes; this.minute < end; this.minute++) {
      this.#ppm += (rise - this.#perHour * (this.#ppm - OUTDOOR)) / 60;
      if (this.minute % 5 === 0)
        this.learner.takeCo2(this.#ppm, at(this.minute), { ...nothingAround, occupied: rise > 0 });
    }
    return this;
  }

  meetings(count: number, rise: number): this {
    for (let i = 0; i < count; i++) this.passes(60, rise).passes(60);
    return this;
  }

  known() {
    return this.learner.airBalance(at(this.minute));
  }
}

describe("the balance of a room's air", () => {
  it("is known once a few meetings have shown what people bring here", () => {
    expect(new Air().meetings(2, 1_800).passes(10).known()).toBeUndefined();
    const known = new Air().meetings(12, 1_800).passes(10).known();
    expect(known?.perHour).toBeCloseTo(2, 0);
    expect(known?.people.usual.mean).toBeGreaterThan(1_500);
    expect(known?.people.usual.sd).toBeLessThan(400);
  });

  it("tells within half an hour what those who are in bring, however few usually come", () => {
    const air = new Air().meetings(12, 900).passes(35, 2_400);
    const { people, perHour = 0 } = air.known() ?? {};
    expect(people?.now(perHour).mean).toBeGreaterThan(2_000);
    expect(people?.now(perHour).sd).toBeLessThan((people?.usual.sd ?? 0) / 1.5);
    expect(people?.now(perHour, 0.5).sd).toBeLessThan(people?.now(perHour).sd ?? 0);
  });

  it("follows those who come and those who go", () => {
    const air = new Air().meetings(6, 1_200).passes(60, 2_400);
    const many = air.known()?.people.now(2).mean ?? 0;
    expect(air.passes(60, 600).known()?.people.now(2).mean).toBeLessThan(many / 2);
  });

  it("finds that the fan stands still by air that does not clear, and believes in it again when it does", () => {
    const air = new Air().meetings(10, 1_800).passes(60, 1_800);
    expect(air.known()?.stalled).toBeLessThan(0.05);
    air.airs(0.3).passes(45);
    expect(air.known()?.stalled).toBeGreaterThan(0.6);
    expect(air.known()?.perHour).toBeGreaterThan(1.5);
    air.airs(2).passes(60).meetings(6, 1_800);
    expect(air.known()?.stalled).toBeLessThan(0.1);
  });

  it("says nothing across a gap", () => {
    const air = new Air().meetings(6, 1_800).passes(60, 1_800);
    air.minute += 40;
    expect(air.known()).toBeUndefined();
  });
});

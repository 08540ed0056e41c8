import { describe, expect, it } from "vitest";
import { hours, type Instant, instant, minutes } from "#contract/units.ts";
import { AirHandlers } from "./air-handlers.ts";
import { clockTime, harbour, memberOf, type Trouble } from "./desk-fixture.ts";
import type { Member } from "./finding.ts";
import { defaultPolicy } from "./policy.ts";

const now = clockTime("10:00");

interface Said extends Trouble {
  /** From now to arrival, ms. */
  ahead?: number;
  isSilence?: boolean;
}
interface Judged {
  ahu?: string | undefined;
  hasVisit?: boolean;
  at?: Instant;
}

/** The rooms of a site, each judged by what endangers its visits; told which of them are laid to an air handler. */
class Plant {
  readonly #handlers = new AirHandlers(defaultPolicy);

  judge(room: string, troubles: readonly Said[], { ahu = "north", hasVisit = true, at = now }: Judged = {}): string[] {
    const { own, others } = this.judged(room, troubles, { ahu, hasVisit, at });
    return [...own, ...others].map(({ roomKey, cause }) => `${roomKey} ${cause.cause}`);
  }
  judged(room: string, troubles: readonly Said[], { ahu, hasVisit = true, at = now }: Judged) {
    const members: Member[] = troubles.map(({ ahead = hours(2), isSilence = false, ...trouble }) =>
      memberOf(trouble, { roomKey: room, arrival: instant(at + ahead), isSilence }),
    );
    const card = { ...harbour, ...(ahu !== undefined && { ahu }) };
    return this.#handlers.suspected(room, { card, hasVisit, members, now: at });
  }
  forget(room: string): void {
    this.#handlers.forget(room);
  }
  /** So many more rooms that are well. */
  fill(count: number): void {
    for (let i = 1; i <= count; i++) this.judge(`hq/well-${i}`, []);
  }
}

const cold: Said = { p: 0.2 };
const [one, two, three] = ["hq/one north", "hq/two north", "hq/three north"].map((each) => each.replace(" ", " ahu:"));

describe("rooms of one air handler", () => {
  it("that get too cold or too warm for their visits have one cause from the second of them on", () => {
    const plant = new Plant();
    expect(plant.judge("hq/one", [cold])).toEqual([]);
    expect(plant.judge("hq/two", [cold])).toEqual([two, one]);
    // What was told of the others is not told again.
    expect(plant.judge("hq/three", [cold])).toEqual([three]);
    expect(plant.judge("hq/one", [cold])).toEqual([one]);
  });

  it("have it where three of ten are endangered, and not where two of seven are", () => {
    const seven = new Plant();
    seven.fill(5);
    expect(seven.judge("hq/one", [cold])).toEqual([]);
    expect(seven.judge("hq/two", [cold])).toEqual([]);
    const ten = new Plant();
    ten.fill(7);
    ten.judge("hq/one", [cold]);
    ten.judge("hq/two", [cold]);
    expect(ten.judge("hq/three", [cold])).toEqual([three, one, two]);
  });

  it("count once, however often they are judged well", () => {
    const plant = new Plant();
    for (let again = 0; again < 5; again++) plant.judge("hq/well", []);
    plant.judge("hq/one", [cold]);
    expect(plant.judge("hq/two", [cold])).toHaveLength(2);
  });

  it("count when they get cold after they were well, and no more when they are well again", () => {
    const plant = new Plant();
    for (const room of ["hq/one", "hq/two"]) plant.judge(room, []);
    plant.judge("hq/one", [cold]);
    plant.judge("hq/one", []);
    expect(plant.judge("hq/two", [cold])).toEqual([]);
    expect(plant.judge("hq/one", [cold])).toEqual([one, two]);
  });

  it("that expect no visit do not count, neither as endangered nor as well", () => {
    const plant = new Plant();
    plant.judge("hq/one", [cold], { hasVisit: false });
    expect(plant.judge("hq/two", [cold])).toEqual([]);
    for (let i = 0; i < 9; i++) plant.judge(`hq/empty-${i}`, [], { hasVisit: false });
    expect(plant.judge("hq/three", [cold])).toEqual([three, two]);
  });

  it("whose cards name no air handler have none in common", () => {
    const plant = new Plant();
    for (const room of ["hq/one", "hq/two", "hq/three"])
      expect(plant.judged(room, [cold], { ahu: undefined })).toEqual({ own: [], others: [] });
  });

  it("are those of one site: another site's handler of the same name is another", () => {
    const plant = new Plant();
    plant.judge("hq/one", [cold]);
    expect(plant.judge("berlin/one", [cold])).toEqual([]);
    expect(plant.judge("berlin/two", [cold])).toEqual(["berlin/two ahu:north", "berlin/one ahu:north"]);
  });

  it("that a card moves to another handler count there, and here no more", () => {
    const plant = new Plant();
    plant.judge("hq/one", [cold]);
    expect(plant.judge("hq/one", [cold], { ahu: "south" })).toEqual([]);
    expect(plant.judge("hq/two", [cold])).toEqual([]);
    expect(plant.judge("hq/three", [cold], { ahu: "south" })).toEqual(["hq/three ahu:south", "hq/one ahu:south"]);
  });

  it("stay together when one of them is taken away", () => {
    const plant = new Plant();
    for (const room of ["hq/one", "hq/gone"]) plant.judge(room, []);
    plant.judge("hq/one", [cold]);
    plant.forget("hq/gone");
    plant.forget("hq/never-seen");
    expect(plant.judge("hq/two", [cold])).toEqual([two, one]);
  });

  it("stay together when one that is gone already is taken away once more", () => {
    const plant = new Plant();
    plant.judge("hq/gone", []);
    plant.forget("hq/gone");
    plant.judge("hq/one", [cold]);
    plant.forget("hq/gone");
    expect(plant.judge("hq/two", [cold])).toEqual([two, one]);
  });
});

describe("what tells of an air handler", () => {
  /** Whether two rooms with the same troubles are laid to it. */
  const tells = (...troubles: Said[]): boolean => {
    const plant = new Plant();
    plant.judge("hq/one", troubles);
    return plant.judge("hq/two", troubles).length > 0;
  };

  it("is warmth, and not what people bring: CO₂ and humidity", () => {
    expect(tells(cold)).toBe(true);
    for (const cause of ["co2", "humidity", "codec:c"]) expect(tells({ ...cold, cause })).toBe(false);
  });

  it("is not silence: of a room that is not heard nobody knows that it is cold", () => {
    expect(tells({ ...cold, isSilence: true })).toBe(false);
  });

  it("is what endangers a visit within four hours", () => {
    expect(tells({ ...cold, ahead: hours(4) })).toBe(true);
    expect(tells({ ...cold, ahead: hours(4) + minutes(1) })).toBe(false);
  });

  it("is a risk that would be worth an alert in each of the rooms", () => {
    const worth = defaultPolicy.riskToRaiseElse;
    expect(tells({ p: 1 - worth })).toBe(true);
    expect(tells({ p: 1 - worth + 0.01 })).toBe(false);
  });

  it("needs one of a room's visits: the others may be far off, or endangered by something else", () => {
    expect(tells({ ...cold, ahead: hours(9) }, cold, { ...cold, cause: "co2" })).toBe(true);
  });
});

describe("an air handler that is suspected", () => {
  /** Two rooms are cold. */
  const suspected = (): Plant => {
    const plant = new Plant();
    plant.judge("hq/one", [cold]);
    plant.judge("hq/two", [cold]);
    return plant;
  };

  it("is the cause of all that is wrong with the air of its rooms, and of nothing else there", () => {
    const { own, others } = suspected().judged("hq/three", [cold, { cause: "co2" }, { cause: "codec:c" }], {
      ahu: "north",
    });
    expect(own.map(({ cause }) => cause.sentence)).toEqual(
      ["Room is 18.1 °C, needs 20–24", "Room is 18.1 °C, needs 20–24"].map((each) => `Air handler north: ${each}`),
    );
    expect(others).toEqual([]);
  });

  it("is not the cause of what a visit finds that has begun: it came too late for that", () => {
    const plant = suspected();
    expect(plant.judge("hq/three", [{ ...cold, ahead: minutes(1) }])).toEqual([three]);
    expect(plant.judge("hq/three", [{ ...cold, ahead: 0 }])).toEqual([]);
    expect(plant.judge("hq/three", [{ ...cold, ahead: -300_000 }])).toEqual([]);
  });

  it("is so until none of its rooms is cold any more", () => {
    const plant = suspected();
    plant.judge("hq/one", []);
    expect(plant.judge("hq/two", [cold])).toEqual([two]);
    plant.judge("hq/two", []);
    // By itself, the next one is that room's own trouble; and what begins anew is told of all again.
    expect(plant.judge("hq/three", [cold])).toEqual([]);
    expect(plant.judge("hq/one", [cold])).toEqual([one, three]);
  });

  it("is so still where rooms that are well come to expect visits", () => {
    const plant = suspected();
    plant.fill(10);
    expect(plant.judge("hq/one", [cold])).toEqual([one]);
  });

  it("is so no more when its cold rooms are taken away, or have no visit any more", () => {
    const plant = suspected();
    plant.judge("hq/three", []);
    plant.forget("hq/one");
    expect(plant.judge("hq/two", [cold])).toEqual([two]);
    plant.judge("hq/two", [], { hasVisit: false });
    expect(plant.judge("hq/three", [cold])).toEqual([]);
  });

  it("becomes so when rooms that were well are taken away, and then for all that are cold", () => {
    const plant = new Plant();
    plant.fill(5);
    for (const room of ["hq/one", "hq/two"]) plant.judge(room, [cold]);
    plant.forget("hq/well-1");
    expect(plant.judge("hq/two", [cold])).toEqual([two, one]);
  });
});

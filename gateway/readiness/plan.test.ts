import { describe, expect, it } from "vitest";
import type { Demo } from "#contract/messages/room.ts";
import { type Instant, instant } from "#contract/units.ts";
import { Agents } from "../rooms/agents.ts";
import { RoomState } from "../rooms/room-state.ts";
import type { Check } from "./check.ts";
import { demoIn, NINE, testCard } from "./check-fixture.ts";
import { Planner, usesBeside } from "./plan.ts";

const at = (minute: number): Instant => instant(NINE + minute * 60_000);
const iso = (minute: number): string => new Date(at(minute)).toISOString();
/** Requires the same of everybody, but hard of those who come with ten people. */
const check: Check = {
  id: "capacity",
  weight: 1,
  require: ({ needs }) =>
    needs.people === 0
      ? undefined
      : {
          check,
          key: "seats",
          weight: 1,
          hard: needs.people === 10,
          reads: { slots: [], people: false },
          look: () => [],
        },
};
const room = (demos: Demo[], bookings: [number, number][] = []): RoomState => {
  const state = new RoomState("hq", "harbour", new Agents());
  state.takeCard(testCard, NINE);
  state.takeDemos(
    demos,
    bookings.map(([from, to]) => ({ start: iso(from), end: iso(to) })),
  );
  state.takeWindows([{ id: "w", start: iso(300), end: iso(330), reason: "filter" }]);
  return state;
};
const plan = (state: RoomState, now = NINE, planner = new Planner([check])) => planner.plan(state, testCard, now);

describe("what is asked of a room", () => {
  it("is told for each visit, by arrival and then by name", () => {
    const demos = [demoIn(60, { id: "b" }), demoIn(30, { id: "c" }), demoIn(60, { id: "a" })];
    for (const some of [demos, demos.toReversed()])
      expect(plan(room(some)).visits.map(({ ask }) => ask.visit.demo.id)).toEqual(["c", "a", "b"]);
  });

  it("is what the visit needs; where it says nothing, and for nobody in particular, what the room has", () => {
    const { now, visits } = plan(room([demoIn(30), demoIn(60, { id: "b", needs: { capabilities: ["audio"] } })]));
    expect(now.ask).toMatchObject({ visit: undefined, needs: { capabilities: testCard.capabilities } });
    expect(visits.map(({ ask }) => ask.needs.capabilities)).toEqual([testCard.capabilities, ["audio"]]);
    expect(now.ask.windows).toMatchObject([{ id: "w", span: { start: at(300), end: at(330) } }]);
  });

  it("is the same object where several require the same, and another where it is as hard as for no other", () => {
    const big = demoIn(90, { id: "big", needs: { people: 10 } });
    const none = demoIn(120, { id: "none", needs: { people: 0 } });
    const { now, visits } = plan(room([demoIn(30), demoIn(60, { id: "b" }), big, none]));
    const [first, second, third, last] = visits.map(({ requirements }) => requirements);
    expect(first?.[0]).toBe(now.requirements[0]);
    expect(second?.[0]).toBe(first?.[0]);
    expect(third?.[0]).not.toBe(first?.[0]);
    expect(third?.[0]).toMatchObject({ hard: true });
    expect(last).toEqual([]);
  });

  it("knows when bookings and windows begin and end, each moment once", () => {
    const { edges } = plan(
      room(
        [],
        [
          [60, 90],
          [-30, 60],
        ],
      ),
    );
    expect(edges).toEqual([-30, 60, 90, 300, 330].map(at));
  });

  it("knows what the room is used for before a visit: bookings and other visits, not itself", () => {
    const [acme, beta] = [demoIn(60), demoIn(0, { id: "beta" })];
    const bookings = [{ start: at(-60), end: at(-30) }];
    expect(usesBeside(acme, { demos: [acme, beta] }, bookings)).toEqual([
      { start: at(-60), end: at(-30) },
      { start: at(0), end: at(60) },
    ]);
    const [visit] = plan(room([acme], [[-30, 45]])).visits;
    expect(visit?.ask.visit.before?.end).toBe(at(45));
  });
});

describe("a plan", () => {
  it("is kept until the room changes, a window opens or closes, or a month begins; bookings come and go", () => {
    const planner = new Planner([check]);
    const state = room([demoIn(30)], [[60, 90]]);
    const first = plan(state, NINE, planner);
    for (const minute of [60, 75, 90, 299]) expect(plan(state, at(minute), planner)).toBe(first);
    const during = plan(state, at(300), planner);
    expect(during).not.toBe(first);
    expect(plan(state, at(329), planner)).toBe(during);
    const after = plan(state, at(330), planner);
    expect(after).not.toBe(during);
    expect(plan(state, instant(Date.UTC(2026, 11, 1) - 1), planner)).toBe(after);
    const december = plan(state, instant(Date.UTC(2026, 11, 1)), planner);
    expect(december).not.toBe(after);
    state.takeDemos([demoIn(30), demoIn(90, { id: "b" })], []);
    expect(plan(state, instant(Date.UTC(2026, 11, 1)), planner)).not.toBe(december);
  });

  it("is made at the first question, also of a room that nobody has told anything", () => {
    const empty = new RoomState("hq", "harbour", new Agents());
    expect(new Planner([check]).plan(empty, testCard, NINE)).toMatchObject({ visits: [], edges: [] });
  });
});

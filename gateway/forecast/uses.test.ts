import { expect, it } from "vitest";
import { type Instant, instant } from "#contract/units.ts";
import type { Visit } from "../readiness/visit.ts";
import type { RoomState } from "../rooms/room-state.ts";
import { usesBefore } from "./uses.ts";

const NOON = instant(Date.UTC(2026, 10, 23, 12));
const at = (minutes: number): Instant => instant(NOON + minutes * 60_000);
type Stretch = readonly [from: number, to: number];
const wired = ([from, to]: Stretch) => ({
  start: new Date(at(from)).toISOString(),
  end: new Date(at(to)).toISOString(),
});

/** Uses before a visit that arrives at noon, in minutes from noon. */
function before(bookings: readonly Stretch[], demos: Readonly<Record<string, Stretch>> = {}): Stretch[] {
  const room = {
    bookings: bookings.map(wired),
    demos: Object.entries(demos).map(([id, span]) => ({ id, ...wired(span) })),
  } as unknown as RoomState;
  const visit = { arrival: NOON, demo: { id: "acme" } } as unknown as Visit;
  const uses = usesBefore(visit, room);
  // Worked out once for a plan.
  expect(usesBefore(visit, room)).toBe(uses);
  return uses.map(({ start, end }) => [(start - NOON) / 60_000, (end - NOON) / 60_000]);
}

it("is booked before a visit by bookings and by other visits, the last to end last", () => {
  expect(
    before(
      [
        [-30, -5],
        [-60, -40],
      ],
      { acme: [-10, 60], beta: [-120, -35] },
    ),
  ).toEqual([
    [-60, -40],
    [-120, -35],
    [-30, -5],
  ]);
  expect(
    before([
      [-30, -5],
      [-60, -5],
      [-45, -5],
    ]),
  ).toEqual([
    [-60, -5],
    [-45, -5],
    [-30, -5],
  ]);
});

it("takes neither what begins with the visit or later, nor what ended four hours before it", () => {
  expect(
    before([
      [0, 30],
      [-1, 30],
      [60, 90],
    ]),
  ).toEqual([[-1, 30]]);
  expect(
    before([
      [-300, -240],
      [-300, -239],
    ]),
  ).toEqual([[-300, -239]]);
});

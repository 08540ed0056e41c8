import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Demo, RoomCard } from "#contract/messages/room.ts";
import { Id } from "#contract/ids.ts";
import { hours, instant, minutes } from "#contract/units.ts";
import { makeSampleBuilding, type SampleBuilding } from "./sample-building.ts";
import { cityWhereItIsMorning } from "./zones.ts";

/** Any moment of two years, DST changes included. */
const anAnchor = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) }).map(instant);

const RUNS = 40;

const ahead = ({ demos, anchor }: SampleBuilding, within: number): typeof demos =>
  demos.filter(({ arrival }) => Date.parse(arrival) > anchor && Date.parse(arrival) < anchor + within);

/** The rooms in which a fault holds at the anchor. */
const roomsWith = (name: string, { faults, anchor }: SampleBuilding): string[] =>
  faults.filter(({ fault, from, to }) => fault === name && from <= anchor && anchor < to).map(({ room }) => room);

const holdsAtAnyHour = (law: (sample: SampleBuilding) => void, numRuns = RUNS): void =>
  fc.assert(
    fc.property(anAnchor, (anchor) => law(makeSampleBuilding(anchor))),
    // The same anchors in each run: chance may have a day with little in it.
    { numRuns, seed: 1 },
  );

describe("the sample building, at any hour of the day", () => {
  it("has 24 rooms on 3 floors, each with a name and a card of its own", () => {
    holdsAtAnyHour(({ rooms, zone }) => {
      expect(rooms).toHaveLength(24);
      expect(new Set(rooms.map(({ card }) => card.floor))).toEqual(new Set(["3", "8", "12"]));
      expect(new Set(rooms.map(({ room }) => room)).size).toBe(24);
      for (const { room, card } of rooms) {
        expect([Id.safeParse(room).success, RoomCard.safeParse(card).success, card.zone]).toEqual([true, true, zone]);
      }
    }, 5);
  });

  it("lies where it is morning: between 7:15 and 11:15", () => {
    fc.assert(
      fc.property(anAnchor, (anchor) => {
        const { zone } = cityWhereItIsMorning(anchor);
        const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(anchor).toZonedDateTimeISO(zone);
        expect(hour + minute / 60).toBeGreaterThanOrEqual(7.25);
        expect(hour + minute / 60).toBeLessThanOrEqual(11.25);
      }),
      { numRuns: 2_000 },
    );
  });

  it("has several demos ahead today, and two weeks of them around now", () => {
    holdsAtAnyHour((sample) => {
      expect(ahead(sample, hours(9)).length).toBeGreaterThanOrEqual(3);
      const starts = sample.demos.map(({ start }) => Date.parse(start));
      expect(Math.min(...starts)).toBeLessThan(sample.anchor - hours(5 * 24));
      expect(Math.max(...starts)).toBeGreaterThan(sample.anchor + hours(5 * 24));
      for (const demo of sample.demos) expect(Demo.safeParse(demo).success).toBe(true);
    });
  });

  it("never books a room twice at a time with a demo in it, nor for more people than it seats", () => {
    holdsAtAnyHour(({ demos, bookings, rooms }) => {
      const seats = new Map(rooms.map(({ room, card }) => [room, card.seats]));
      for (const demo of demos) {
        expect(demo.needs.people).toBeLessThanOrEqual(seats.get(demo.room) ?? 0);
        const clash = bookings.some(
          ({ room, start, end }) =>
            room === demo.room && Date.parse(start) < Date.parse(demo.end) && Date.parse(end) > Date.parse(demo.start),
        );
        expect(clash).toBe(false);
      }
    }, 10);
  });

  it("opens with something of each kind wrong, each in a room with a demo ahead", () => {
    const wanted = ["heating-stuck-on", "codec-unregistered", "display-dead", "sensor-lies-hot", "sensor-silent"];
    let shown = 0;
    holdsAtAnyHour((sample) => {
      const soon = new Set(ahead(sample, hours(8)).map(({ room }) => room));
      const open = wanted.filter((fault) => roomsWith(fault, sample).some((room) => soon.has(room)));
      expect(open.length).toBeGreaterThanOrEqual(3);
      shown += open.length;
    });
    expect(shown / (RUNS * wanted.length)).toBeGreaterThan(0.93);
  });

  it("is the same for the same anchor and seed, and keeps its visits through the day", () => {
    fc.assert(
      fc.property(anAnchor, (anchor) => {
        const { visits, ...one } = makeSampleBuilding(anchor);
        const { visits: again, ...other } = makeSampleBuilding(anchor);
        expect(other).toEqual(one);
        expect(again("jade")).toEqual(visits("jade"));
      }),
      { numRuns: 3 },
    );
    const nine = instant(Date.UTC(2026, 10, 23, 8, 10));
    const anotherSeed = makeSampleBuilding(nine, "other");
    expect(anotherSeed.demos).not.toEqual(makeSampleBuilding(nine).demos);
  });

  it("is being worked on somewhere in many a morning, where a demo comes later", () => {
    let seen = 0;
    holdsAtAnyHour((sample) => {
      for (const { room, start, end } of sample.maintenance) {
        seen += 1;
        expect([start <= sample.anchor, end > sample.anchor + minutes(60)]).toEqual([true, true]);
        expect(ahead(sample, hours(9)).some((demo) => demo.room === room)).toBe(true);
      }
    });
    expect(seen).toBeGreaterThan(10);
  });

  it("tells the simulation of every demo and booking of a room, in the room's own list", () => {
    const sample = makeSampleBuilding(instant(Date.UTC(2026, 10, 23, 8)));
    const told = sample.rooms.flatMap(({ room }) => sample.visits(room));
    expect(told).toHaveLength(sample.demos.length + sample.bookings.length);
    expect(sample.visits("no-such-room")).toEqual([]);
  });
});

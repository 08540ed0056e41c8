import { hours, type Instant, instant, minutes, parseInstant, rfc3339 } from "#contract/units.ts";
import type { Fault } from "../building/faults.ts";
import type { Visit } from "../building/people.ts";
import { SAMPLE_SITE, type SampleRoom, sampleRooms } from "./rooms.ts";
import { sampleFaults } from "./story.ts";
import { type SampleBooking, type SampleDemo, sampleVisits } from "./visits.ts";
import { cityWhereItIsMorning } from "./zones.ts";

/** Everything that the sample building is, repeatable from (seed, anchor). */
export interface SampleBuilding {
  site: string;
  seed: string;
  anchor: Instant;
  city: string;
  zone: string;
  rooms: SampleRoom[];
  demos: SampleDemo[];
  bookings: SampleBooking[];
  maintenance: { room: string; start: Instant; end: Instant; reason: string }[];
  faults: Fault[];
  visits: (room: string) => Visit[];
}

/** How far ahead faults are scripted; a longer run repeats nothing and is simply healthier. */
const FAULT_DAYS = 60;

/** 24 rooms on 3 floors, two weeks of visits around `anchor`, in a city where it is morning then. */
export function makeSampleBuilding(anchor: Instant, seed = "greenroom"): SampleBuilding {
  const { city, zone } = cityWhereItIsMorning(anchor);
  const rooms = sampleRooms(zone);
  const visits = sampleVisits(rooms, anchor, seed);
  const opening = openingDemo(rooms, visits, anchor);
  const demos = opening === undefined ? visits.demos : [opening, ...visits.demos];
  const { bookings } = visits;
  const faults = sampleFaults(rooms, demos, anchor, { seed, days: FAULT_DAYS });
  return {
    site: SAMPLE_SITE,
    seed,
    anchor,
    city,
    zone,
    rooms,
    demos,
    bookings,
    faults,
    maintenance: sampleMaintenance(rooms, demos, faults, anchor),
    visits: visitsOf(demos, bookings),
  };
}

const QUARTER_MS = minutes(15);

/** A hybrid demo within the hour, so that whoever opens the sample finds something that must be done now. */
function openingDemo(
  rooms: readonly SampleRoom[],
  { demos, bookings }: { demos: readonly SampleDemo[]; bookings: readonly SampleBooking[] },
  anchor: Instant,
): SampleDemo | undefined {
  const start = instant(Math.ceil((anchor + minutes(45)) / QUARTER_MS) * QUARTER_MS);
  const end = instant(start + hours(1));
  const isTaken = ({ start: from, end: to }: { start: string; end: string }): boolean =>
    Date.parse(from) < end + hours(1) && Date.parse(to) > anchor - hours(1);
  const room = rooms.find(
    ({ room: name, card }) =>
      card.capabilities.includes("video_call") &&
      !demos.some((demo) => demo.room === name && isTaken(demo)) &&
      !bookings.some((booking) => booking.room === name && isTaken(booking)),
  );
  if (room === undefined) return undefined;
  return {
    room: room.room,
    id: `sample-opening-${start}`,
    title: "Aurora Labs: hybrid demo",
    account: "Aurora Labs",
    host: "sales@example.com",
    start: rfc3339(start),
    end: rfc3339(end),
    arrival: rfc3339(start),
    template: "hybrid-demo",
    needs: { people: 4, capabilities: ["display", "video_call", "audio"] },
    value_eur: 120_000,
  };
}

/** One room is being worked on today, preferably one with a visit later, so that the clash can be seen. */
function sampleMaintenance(
  rooms: readonly SampleRoom[],
  demos: readonly SampleDemo[],
  faults: readonly Fault[],
  anchor: Instant,
): SampleBuilding["maintenance"] {
  const broken = new Set(
    faults.filter((fault) => fault.from <= anchor && anchor < fault.to).map((fault) => fault.room),
  );
  const room = rooms.find(
    (each) =>
      !broken.has(each.room) &&
      demos.some(
        (demo) =>
          demo.room === each.room &&
          Date.parse(demo.arrival) > anchor + hours(3) &&
          Date.parse(demo.arrival) < anchor + hours(9),
      ),
  );
  if (room === undefined) return [];
  const start = instant(anchor - minutes(20) - (anchor % minutes(30)));
  return [{ room: room.room, start, end: instant(start + hours(2.5)), reason: "Ceiling loudspeakers are replaced" }];
}

function visitsOf(demos: readonly SampleDemo[], bookings: readonly SampleBooking[]): (room: string) => Visit[] {
  const byRoom = new Map<string, Visit[]>();
  const add = (room: string, visit: Visit): void => {
    const list = byRoom.get(room);
    if (list === undefined) byRoom.set(room, [visit]);
    else list.push(visit);
  };
  for (const demo of demos)
    add(demo.room, {
      id: demo.id,
      start: parseInstant(demo.start) as Instant,
      end: parseInstant(demo.end) as Instant,
      people: demo.needs.people ?? 4,
      demo: true,
    });
  for (const booking of bookings)
    add(booking.room, {
      id: booking.id,
      start: parseInstant(booking.start) as Instant,
      end: parseInstant(booking.end) as Instant,
      people: booking.people,
      demo: false,
    });
  return (room) => byRoom.get(room) ?? [];
}

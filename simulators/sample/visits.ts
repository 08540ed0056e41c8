import type { Demo } from "#contract/messages/room.ts";
import { type Instant, instant, minutes, rfc3339 } from "#contract/units.ts";
import { Random } from "../building/random.ts";
import type { SampleRoom } from "./rooms.ts";

const ACCOUNTS = [
  "Acme Robotics",
  "Beta Logistics",
  "Northwind Energy",
  "Delta Bank",
  "Kestrel Health",
  "Orion Foods",
  "Solstice Media",
  "Vega Insurance",
  "Tandem Motors",
  "Halcyon Hotels",
  "Meridian Rail",
  "Quill Publishing",
] as const;
const HOSTS = ["sales@example.com", "maria@example.com", "tom@example.com", "wei@example.com"] as const;
const DEMO_HOURS = [9.5, 10.5, 11, 13, 14, 15, 16.5] as const;
const BOOKING_HOURS = [8.5, 9.5, 11.5, 13, 14.5, 16] as const;

export interface SampleDemo extends Demo {
  room: string;
}
export interface SampleBooking {
  room: string;
  id: string;
  start: string;
  end: string;
  people: number;
}

/** Days before and after the day of the anchor for which the sample has visits. */
const DAYS_BACK = 7;
const DAYS_AHEAD = 7;
/** Share of room-days with a demo: about 14 visits a day in 24 rooms. */
const DEMO_SHARE = 0.6;

/** Two weeks of client demos and plain bookings around `anchor`, the same for the same seed and day. */
export function sampleVisits(
  rooms: readonly SampleRoom[],
  anchor: Instant,
  seed: string,
): { demos: SampleDemo[]; bookings: SampleBooking[] } {
  const demos: SampleDemo[] = [];
  const bookings: SampleBooking[] = [];
  for (const room of rooms) {
    const midnight = Temporal.Instant.fromEpochMilliseconds(anchor).toZonedDateTimeISO(room.card.zone).startOfDay();
    for (let day = -DAYS_BACK; day <= DAYS_AHEAD; day++) {
      const date = midnight.add({ days: day });
      const chance = new Random(seed, "visits", room.room, date.toPlainDate().toString());
      const at = (hour: number): Instant => instant(date.add({ minutes: Math.round(hour * 60) }).epochMilliseconds);
      const demo = chance.chance(DEMO_SHARE) ? sampleDemo(room, chance, at) : undefined;
      if (demo !== undefined) demos.push(demo);
      for (const hour of BOOKING_HOURS) {
        const start = at(hour);
        const end = instant(start + minutes(chance.pick([30, 45, 60])));
        const people = chance.integer(2, Math.max(2, Math.round(room.card.seats * 0.7)));
        const taken = demo !== undefined && start < Date.parse(demo.end) && end > Date.parse(demo.start);
        if (chance.chance(0.45) && !taken)
          bookings.push({
            room: room.room,
            id: `b-${room.room}-${start}`,
            start: rfc3339(start),
            end: rfc3339(end),
            people,
          });
      }
    }
  }
  return { demos, bookings };
}

function sampleDemo(room: SampleRoom, chance: Random, at: (hour: number) => Instant): SampleDemo {
  const start = at(chance.pick(DEMO_HOURS));
  const end = instant(start + minutes(chance.pick([45, 60, 90])));
  const account = chance.pick(ACCOUNTS);
  const remote = room.card.capabilities.includes("video_call") && chance.chance(0.5);
  const host = chance.pick(HOSTS);
  const people = chance.integer(2, Math.max(2, Math.round(room.card.seats * 0.8)));
  const value_eur = chance.integer(2, 40) * 5_000;
  const { template, called, needs } = kindOf(room, remote, value_eur);
  return {
    room: room.room,
    id: `sample-${room.room}-${start}`,
    title: `${account}: ${called}`,
    account,
    host,
    start: rfc3339(start),
    end: rfc3339(end),
    arrival: rfc3339(start),
    template,
    needs: { people, ...needs },
    value_eur,
  };
}

/** The kinds of visit that the sample has: what each is called, the template that it has in the store, and what that asks. */
const KINDS = {
  pitch: { template: "in-person-pitch", called: "product demo", needs: { capabilities: ["display"] } },
  hybrid: {
    template: "hybrid-demo",
    called: "hybrid demo",
    needs: { capabilities: ["display", "video_call", "audio"] },
  },
  training: { template: "training", called: "training", needs: { capabilities: ["display", "whiteboard"] } },
} as const satisfies Record<string, { template: string; called: string; needs: Demo["needs"] }>;
/** Large rooms train those who pay least. */
const TRAINING_BELOW_EUR = 60_000;
const TRAINING_SEATS = 10;

function kindOf(
  room: SampleRoom,
  remote: boolean,
  valueEur: number,
): { template: string; called: string; needs: Demo["needs"] } {
  const { template, called, needs } = remote
    ? KINDS.hybrid
    : room.card.seats >= TRAINING_SEATS && valueEur < TRAINING_BELOW_EUR
      ? KINDS.training
      : KINDS.pitch;
  return { template, called, needs: { capabilities: [...needs.capabilities] } };
}

import { earlier, type Instant, instant, later, type Millis, minutes, hours } from "#contract/units.ts";
import type { Fault, FaultName } from "../building/faults.ts";
import { Random } from "../building/random.ts";
import type { SampleRoom } from "./rooms.ts";
import type { SampleDemo } from "./visits.ts";

interface Want {
  fault: FaultName;
  /** How far ahead the demo should lie that the fault endangers. */
  ahead: [Millis, Millis];
  needs?: string;
  /** How long the fault has been going on, and how long it lasts. */
  since: Millis;
  lasts: Millis;
}

/** What is wrong in the sample building when somebody first opens it: one thing of each kind, each before a visit. The choosiest is placed first. */
const OPENING: readonly Want[] = [
  {
    fault: "codec-unregistered",
    ahead: [minutes(25), hours(5)],
    needs: "video_call",
    since: minutes(12),
    lasts: hours(6),
  },
  { fault: "heating-stuck-on", ahead: [minutes(75), hours(5)], since: hours(3), lasts: hours(9) },
  { fault: "display-dead", ahead: [minutes(90), hours(7)], since: minutes(30), lasts: hours(9) },
  { fault: "sensor-lies-hot", ahead: [minutes(30), hours(8)], since: hours(5), lasts: hours(20) },
  { fault: "sensor-silent", ahead: [minutes(30), hours(8)], since: minutes(40), lasts: hours(4) },
];

/** Faults per room and day after the opening. */
const BACKGROUND: readonly { fault: FaultName; perDay: number; mean: Millis }[] = [
  { fault: "codec-unregistered", perDay: 0.035, mean: minutes(45) },
  { fault: "display-dead", perDay: 0.01, mean: hours(3) },
  { fault: "climate-off", perDay: 0.012, mean: hours(4) },
  { fault: "sensor-silent", perDay: 0.03, mean: minutes(50) },
  { fault: "sensor-stuck", perDay: 0.01, mean: hours(6) },
  { fault: "meeting-overruns", perDay: 0.05, mean: minutes(15) },
];

/** The faults of the sample building: an opening around `anchor`, then chance from the seed for `days`. */
export function sampleFaults(
  rooms: readonly SampleRoom[],
  demos: readonly SampleDemo[],
  anchor: Instant,
  options: { seed: string; days: number },
): Fault[] {
  const faults: Fault[] = [];
  const taken = new Set<string>();
  for (const want of OPENING) {
    const demo = demos.find(
      (each) =>
        !taken.has(each.room) &&
        lies(each, anchor, want.ahead) &&
        (want.needs === undefined || each.needs.capabilities?.some((need) => need === want.needs) === true),
    );
    if (demo === undefined) continue;
    taken.add(demo.room);
    faults.push({
      room: demo.room,
      fault: want.fault,
      from: earlier(anchor, want.since),
      to: later(anchor, want.lasts),
    });
  }
  for (const { room } of rooms) {
    for (let day = -7; day < options.days; day++) {
      for (const kind of BACKGROUND) {
        const chance = new Random(options.seed, "fault", room, day, kind.fault);
        const from = instant(anchor + day * hours(24) + chance.between(0, hours(24)));
        const quiet = from > anchor - hours(4) && from < anchor + hours(1);
        if (chance.chance(kind.perDay) && !quiet)
          faults.push({ room, fault: kind.fault, from, to: later(from, chance.exponential(kind.mean) as Millis) });
      }
    }
  }
  return faults;
}

function lies(demo: SampleDemo, anchor: Instant, [least, most]: [Millis, Millis]): boolean {
  const ahead = Date.parse(demo.arrival) - anchor;
  return ahead >= least && ahead <= most;
}

import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { isPlausible, metrics, wrongType } from "#contract/metrics.ts";
import { hours, type Instant, instant, later, type Millis, minutes } from "#contract/units.ts";
import { type Fault, type FaultName, faultNames, faultsAt, isFaultName } from "./faults.ts";
import { People, type Visit } from "./people.ts";
import { Random } from "./random.ts";
import { type Metrics, SimulatedRoom, type SimulatedRoomOptions } from "./room.ts";

/** Ten in the morning in Berlin: climate control and ventilation run. */
const TEN = instant(Date.UTC(2026, 10, 23, 9));
const always = { from: TEN, to: later(TEN, hours(24 * 10)) };

const visit = (startsIn: Millis, lasts: Millis, people = 8): Visit => ({
  id: `v${startsIn}`,
  start: later(TEN, startsIn),
  end: instant(TEN + startsIn + lasts),
  people,
  demo: true,
});

const roomWith = (options: Partial<SimulatedRoomOptions> = {}): SimulatedRoom =>
  new SimulatedRoom({
    room: "jade",
    seed: "s",
    zone: "Europe/Berlin",
    seats: 8,
    start: TEN,
    visits: [],
    faults: [],
    ...options,
  });

const withFault = (fault: FaultName, options: Partial<SimulatedRoomOptions> = {}): SimulatedRoom =>
  roomWith({ faults: [{ room: "jade", fault, ...always }], ...options });

/** What the room's three devices say at each step of a run. */
function run(room: SimulatedRoom, lasts: Millis, step: Millis = minutes(5)): { at: Instant; said: Metrics[] }[] {
  const told: { at: Instant; said: Metrics[] }[] = [];
  for (let at = later(TEN, step); at <= TEN + lasts; at = later(at, step)) {
    room.advance(at);
    const said = [room.climateMetrics(), room.codecMetrics(), room.displayMetrics()];
    told.push({ at, said: said.filter((each) => each !== undefined) });
  }
  return told;
}

const aWeekOfMeetings = Array.from({ length: 7 }, (_, day) =>
  [0, 2, 4, 6].map((hour) => visit(hours(24 * day + hour), hours(1))),
).flat();

describe("a simulated room", () => {
  it("is the same for the same seed, and another for another", () => {
    const of = (seed: string): unknown => run(roomWith({ seed, visits: aWeekOfMeetings }), hours(24));
    expect(of("s")).toEqual(of("s"));
    expect(of("s")).not.toEqual(of("t"));
  });

  it("does not change when another room breaks", () => {
    const other: Fault = { room: "peak", fault: "heating-stuck-on", ...always };
    expect(run(roomWith({ faults: [other] }), hours(6))).toEqual(run(roomWith(), hours(6)));
  });

  it("reports, over a week, only what a working device could", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 6 }), fc.integer({ min: 2, max: 24 }), (seed, seats) => {
        for (const { said } of run(roomWith({ seed, seats, visits: aWeekOfMeetings }), hours(7 * 24), minutes(30))) {
          for (const [name, value] of said.flatMap((each) => Object.entries(each))) {
            const metric = metrics.get(name);
            if (metric === undefined) throw new Error(`${name} is no metric`);
            expect([name, value, wrongType(metric, value), isPlausible(metric, value)]).toEqual([
              name,
              value,
              undefined,
              true,
            ]);
          }
        }
      }),
      { numRuns: 8 },
    );
  });

  it("keeps its set-point while climate control runs, and stays liveable at night", () => {
    const room = roomWith({ visits: aWeekOfMeetings });
    for (const { at } of run(room, hours(7 * 24), minutes(30))) {
      const hour = new Date(at).getUTCHours() + 1;
      expect(room.air.temperature_c).toBeGreaterThan(14);
      expect(room.air.temperature_c).toBeLessThan(27);
      if (hour >= 10 && hour < 19) expect(Math.abs(room.air.temperature_c - 22)).toBeLessThan(2);
    }
  });

  it("fills with CO₂ while people are in, and clears when they have left", () => {
    const room = roomWith({ visits: [visit(minutes(30), hours(1))] });
    const at = (after: Millis): number => {
      room.advance(later(TEN, after));
      return room.air.co2_ppm;
    };
    const before = at(minutes(20));
    const during = at(minutes(80));
    const after = at(hours(4));
    expect(before).toBeLessThan(520);
    expect(during).toBeGreaterThan(before + 200);
    expect(after).toBeLessThan(during - 150);
    expect(after).toBeGreaterThan(415);
  });

  it("comes to the same place in small steps as in large ones", () => {
    const inSteps = (step: Millis): number => {
      const room = roomWith();
      for (let at = TEN; at < TEN + hours(2); at = later(at, step)) room.advance(later(at, step));
      return room.air.temperature_c;
    };
    expect(inSteps(minutes(1))).toBeCloseTo(inSteps(hours(2)), 0);
    const still = roomWith();
    still.advance(later(TEN, minutes(5)));
    const before = still.air;
    still.advance(TEN);
    expect(still.air).toBe(before);
  });
});

/** What each fault must look like from outside: the same room with and without it, two hours on. */
const effects: Record<FaultName, (broken: SimulatedRoom, well: SimulatedRoom) => void> = {
  "heating-stuck-on": (broken, well) => expect(broken.air.temperature_c - well.air.temperature_c).toBeGreaterThan(1.5),
  "climate-off": (broken, well) => expect(broken.air.temperature_c).not.toBeCloseTo(well.air.temperature_c, 1),
  "ventilation-off": (broken, well) => expect(broken.air.co2_ppm).toBeGreaterThan(well.air.co2_ppm + 200),
  "sensor-stuck": (broken) => {
    const before = broken.climateMetrics();
    broken.advance(later(TEN, hours(3)));
    expect(broken.climateMetrics()).toEqual(before);
  },
  "sensor-silent": (broken, well) =>
    expect([broken.climateMetrics(), well.climateMetrics() === undefined]).toEqual([undefined, false]),
  "sensor-lies-hot": (broken) => {
    expect(broken.climateMetrics()?.["temperature_c"]).toBeGreaterThan(380);
    expect(broken.air.temperature_c).toBeLessThan(27);
  },
  "co2-uncalibrated": (broken) => expect(broken.climateMetrics()?.["co2_ppm"]).toBeLessThan(250),
  "codec-unregistered": (broken) => expect(broken.codecMetrics()).toMatchObject({ registered: false, in_call: false }),
  "codec-silent": (broken) => expect(broken.codecMetrics()).toBeUndefined(),
  "camera-missing": (broken) => expect(broken.codecMetrics()).toMatchObject({ cameras_connected: 0 }),
  "display-dead": (broken) => expect(broken.displayMetrics()).toBeUndefined(),
  "lamp-failing": (broken) => expect(broken.displayMetrics()).toMatchObject({ lamp_health: "error" }),
  "wrong-input": (broken) => expect(broken.displayMetrics()).toMatchObject({ input_state: "wrong" }),
  "meeting-overruns": (broken, well) => expect([broken.people > 0, well.people]).toEqual([true, 0]),
  "network-down": (broken) =>
    expect([broken.climateMetrics(), broken.codecMetrics(), broken.displayMetrics()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]),
};

describe("a fault", () => {
  /** People are in from the first to the 110th minute, so that air and calendar have something to show. */
  const visits = [visit(minutes(5), minutes(100))];

  it.each(faultNames)("%s is seen", (fault) => {
    const broken = withFault(fault, { visits });
    const well = roomWith({ visits });
    for (const room of [broken, well]) room.advance(later(TEN, minutes(fault === "ventilation-off" ? 90 : 130)));
    effects[fault](broken, well);
  });

  it("of the heating makes the room too warm within an hour or two, and then goes on", () => {
    for (const seed of ["a", "b", "c", "d"]) {
      const room = withFault("heating-stuck-on", { seed });
      room.advance(later(TEN, hours(1)));
      const afterOne = room.air.temperature_c;
      room.advance(later(TEN, hours(3)));
      expect(afterOne).toBeGreaterThan(22.5);
      expect(room.air.temperature_c).toBeGreaterThan(24);
    }
  });

  it("holds from its beginning until before its end, in its room", () => {
    const fault: Fault = { room: "jade", fault: "display-dead", from: TEN, to: later(TEN, minutes(10)) };
    const at = (when: Instant, room = "jade"): number => faultsAt([fault], room, when).size;
    expect([at(instant(TEN - 1)), at(TEN), at(instant(fault.to - 1)), at(fault.to), at(TEN, "peak")]).toEqual([
      0, 1, 1, 0, 0,
    ]);
    expect([isFaultName("display-dead"), isFaultName("toString")]).toEqual([true, false]);
  });
});

describe("people", () => {
  const many = (demo: boolean): Visit[] =>
    Array.from({ length: 3_000 }, (_, i) => ({ ...visit(hours(4 * i), hours(1)), id: `v${i}`, demo }));
  /** Which of the visits had anybody in the room at an instant relative to its start or end. */
  const shareIn = (visits: Visit[], at: (visit: Visit) => number): number => {
    const people = new People("jade", visits, "s");
    return visits.filter((each) => people.count(instant(at(each))) > 0).length / visits.length;
  };

  it("come to two thirds of plain bookings, and to every demo", () => {
    const middle = (each: Visit): number => each.start + minutes(30);
    expect(shareIn(many(false), middle)).toBeCloseTo(0.66, 1);
    expect(shareIn(many(true), middle)).toBe(1);
  });

  it("stay longer than booked in a quarter of meetings, seven minutes on average", () => {
    const visits = many(true);
    const after = (n: number): number => shareIn(visits, (each) => each.end + minutes(n));
    expect(after(0.1)).toBeCloseTo(0.25, 1);
    expect(after(7) / after(0.1)).toBeCloseTo(Math.exp(-1), 1);
    expect(after(60)).toBeLessThan(0.01);
  });
});

test("chance is uniform enough, and each stream its own", () => {
  const chance = new Random("s", 1);
  const draws = Array.from({ length: 20_000 }, () => chance.next());
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...draws)).toBeLessThan(1);
  expect(draws.reduce((a, b) => a + b) / draws.length).toBeCloseTo(0.5, 1);
  expect(new Random("s", 1).next()).toBe(draws[0]);
  expect(new Random("s1").next()).not.toBe(draws[0]);
  expect(() => chance.pick([])).toThrow(RangeError);
  const integers = new Set(Array.from({ length: 200 }, () => chance.integer(2, 4)));
  expect(integers).toEqual(new Set([2, 3, 4]));
});

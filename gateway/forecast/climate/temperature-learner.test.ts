import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { type Around, nothingAround } from "./around.ts";
import { GRID_MS, HORIZONS_MIN, middleOf } from "./grid.ts";
import { ClimatePool, POOL_SIZE } from "./pool.ts";
import { FIRST, HeardRoom, START } from "./heard-room-fixture.ts";
import { Shelf } from "./shelf.ts";
import { priorSigma, TemperatureLearner } from "./temperature-learner.ts";

const KEEP = Math.exp(-0.25);
const reach = (steps: number): number => (0.85 * (1 - 0.85 ** steps)) / 0.15;
const all = (each: (min: number) => number, digits = 3) =>
  HORIZONS_MIN.map((min) => expect.closeTo(each(min), digits) as number);

/** A room whose temperature is heard once in each step of five minutes. */
class Room extends HeardRoom<TemperatureLearner> {
  constructor(around: Partial<Around> = {}) {
    super(new TemperatureLearner(new Shelf()), around);
  }
}
const line = (steps: number, from: number, perStep: number): number[] =>
  Array.from({ length: steps }, (_, i) => from + i * perStep);

describe("a room's temperature, before anything is learned of it", () => {
  it("stays as it is, give or take what any room's does", () => {
    const room = new Room().hears(21);
    expect(room.means).toEqual(all(() => 21));
    expect(room.sigmas).toEqual(all(priorSigma, 2));
    expect(priorSigma(60)).toBeCloseTo(Math.hypot(0.12, 0.28), 9);
    expect(new TemperatureLearner(new Shelf()).sigma(90)).toBeCloseTo(priorSigma(90), 6);
    expect(room.learner.curve()).toMatchObject({ from: middleOf(FIRST), value: 21 });
  });

  it("is the mean of what seven experts say, of whom one follows its trend", () => {
    const room = new Room().hears(20, 20.2);
    const trend = 0.2 * (1 - KEEP);
    expect(room.means).toEqual(all((min) => 20.2 + (trend * reach(min / 5)) / 7));
    expect(room.learner.trend(room.now)).toBeCloseTo(trend / 5, 6);
  });

  it("is asked of an eighth where plans or people are known", () => {
    const eighth = all((min) => 20.2 + (0.2 * (1 - KEEP) * reach(min / 5)) / 8);
    expect(new Room({ occupied: false }).hears(20, 20.2).means).toEqual(eighth);
    expect(new Room({ booked: () => 0 }).hears(20, 20.2).means).toEqual(eighth);
  });

  it("is led by a set-point at 1 K/h, as far as that is away, while climate control runs", () => {
    const led = (around: Partial<Around>, celsius: number): number[] =>
      new Room(around).hears(celsius).means.map((mean) => Math.round((mean - celsius) * 9_000) / 1_000);
    expect(led({ setpointC: 22 }, 20)).toEqual([0.5, 1, 1.5, 2, 2].map((each) => expect.closeTo(each, 2)));
    expect(led({ setpointC: 22 }, 23)).toEqual([-0.5, -1, -1, -1, -1].map((each) => expect.closeTo(each, 2)));
    const half = { setpointC: 22, conditioned: () => 0.5 };
    expect(led(half, 20)).toEqual([0.25, 0.5, 0.75, 1, 1.5].map((each) => expect.closeTo(each, 2)));
    expect(led({ setpointC: 40 }, 20).at(-1)).toBeCloseTo(3, 2);
  });

  it("asks plans and climate control about the span that is forecast", () => {
    const spans: string[] = [];
    const asked = (kind: string) => (from: number, to: number) => {
      spans.push(`${kind} ${(from - START) / 60_000} ${(to - START) / 60_000}`);
      return 1;
    };
    new Room({ setpointC: 22, booked: asked("booked"), conditioned: asked("conditioned") }).hears(20);
    expect(spans).toEqual(HORIZONS_MIN.flatMap((min) => [`booked 2.5 ${min + 2.5}`, `conditioned 2.5 ${min + 2.5}`]));
  });

  it("is less certain the more it is expected to move", () => {
    const room = new Room({ setpointC: 26 }).hears(20);
    // Within three hours 3 K, of which nine experts make a third of a kelvin: it moves.
    expect(room.sigmas.at(-1)).toBeCloseTo(1.3 * priorSigma(180), 2);
    expect(room.sigmas[1]).toBeCloseTo(priorSigma(60), 2);
  });

  it("remembers what it was so many minutes ago: within its run, for a day and three hours", () => {
    const room = new Room().hears(...line(4, 20, 0.2));
    const ago = (minutes: number, lateMin = 0) => room.learner.ago(minutes, instant(room.now + lateMin * 60_000));
    expect([0, 5, 7, 15].map((minutes) => ago(minutes))).toEqual(
      [20.6, 20.4, 20.4, 20].map((value) => expect.closeTo(value, 6)),
    );
    expect([ago(20), ago(5, 26)]).toEqual([undefined, undefined]);
    const long = new Room().hears(...line(330, 20, 0.001));
    const back = (steps: number) => long.learner.ago(steps * 5, long.now);
    expect(back(324)).toBeCloseTo(20.329 - 0.324, 2);
    expect(back(325)).toBeUndefined();
  });

  it("says when a step is over, and takes what a room can have: from −9 °C on", () => {
    const { learner } = new Room();
    const take = (min: number, celsius: number): boolean =>
      learner.take(celsius, instant(START + min * 60_000), nothingAround);
    expect([take(0, -8), take(1, -8), take(5, -9.1), take(6, -8), take(7, -8)]).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(learner.curve().value).toBeCloseTo(-8, 6);
  });

  it("drifts on, where it should do something else, in three cases of a hundred", () => {
    expect(new Room().hears(20).learner.stuck).toBeCloseTo(1 / (1 + Math.exp(3.5)), 9);
  });

  it("is read at any moment, and is not known where nothing was heard for half an hour", () => {
    const { learner } = new Room().hears(20, 20.2);
    const { means } = learner.curve();
    const from = middleOf(FIRST + 1);
    const at = (min: number) => learner.expect(instant(from + min * 60_000), instant(from))?.mean;
    expect(at(30)).toBeCloseTo(means[0] as number, 6);
    expect(at(45)).toBeCloseTo(((means[0] as number) + (means[1] as number)) / 2, 6);
    const late = instant(from + 28 * 60_000);
    expect([learner.expect(late, late), learner.trend(late)]).toEqual([undefined, undefined]);
    expect(learner.points).toBe(2);
  });
});

describe("how fast a room warms and cools", () => {
  const rates = (room: Room) => [room.learner.warmKPerHour, room.learner.coolKPerHour];
  const about = (value: number) => expect.closeTo(value, 2) as number;

  it("is what it moved in half an hour, from 0.8 K/h on; half an hour's steps must be seen", () => {
    expect(rates(new Room().hears(...line(7, 20, 0.1)))).toEqual([about(1.2), undefined]);
    expect(rates(new Room().hears(...line(6, 20, 0.1)))).toEqual([undefined, undefined]);
    expect(rates(new Room().hears(...line(7, 20, -0.1)))).toEqual([undefined, about(1.2)]);
    expect(rates(new Room().hears(...line(7, 20, 0.068)))).toEqual([about(0.816), undefined]);
    expect(rates(new Room().hears(...line(7, 20, 0.066)))).toEqual([undefined, undefined]);
  });

  it("follows by a fifth, and is never taken for more than 5 K/h", () => {
    const room = new Room().hears(...line(7, 20, 0.1), 20.9);
    expect(rates(room)[0]).toBeCloseTo(1.2 + 0.2 * (1.6 - 1.2), 2);
    expect(rates(new Room().hears(...line(7, 20, 0.42)))[0]).toBe(5);
  });

  it("is learned from slower moves where the set-point is known, while that is 1.2 K away or more", () => {
    const steered = (setpointC: number, ...celsius: number[]) => rates(new Room({ setpointC }).hears(...celsius));
    expect(steered(25, ...line(7, 20, 0.03))).toEqual([about(0.36), undefined]);
    expect(steered(25, ...line(7, 20, 0.024))).toEqual([undefined, undefined]);
    expect(steered(15, ...line(7, 20, -0.03))).toEqual([undefined, about(0.36)]);
    expect(steered(21.4, ...line(7, 20, 0.03))).toEqual([about(0.36), undefined]);
    expect(steered(21.3, ...line(7, 20, 0.03))).toEqual([undefined, undefined]);
    expect(steered(15, ...line(7, 20, 0.03))).toEqual([undefined, undefined]);
  });

  it("is not learned where it has only begun to move: seven tenths of its rate in the first quarter of an hour", () => {
    const begun = (first: number): unknown =>
      new Room({ setpointC: 25 }).hears(20, ...line(3, 20 + first, first), ...line(3, 20 + 3 * first + 0.1, 0.1))
        .learner.warmKPerHour;
    expect(begun(0.06)).toBeCloseTo(0.96, 2);
    expect(begun(0.05)).toBeUndefined();
    const calm = new Room().hears(20, 20, 20, 20, 20.15, 20.3, 20.45);
    expect(calm.learner.warmKPerHour).toBeCloseTo(0.9, 2);
  });

  it("is the rate at which it is led to its set-point", () => {
    const room = new Room({ setpointC: 30 }).hears(...line(7, 20, 0.2));
    expect(room.learner.warmKPerHour).toBeCloseTo(2.4, 2);
    const without = new Room().hears(...line(7, 20, 0.2));
    // Nine experts instead of seven, and 1.2 K more in half an hour.
    const others = (without.means[0] ?? 0) - 21.2;
    expect((room.means[0] ?? 0) - 21.2).toBeCloseTo((7 * others + 1.2) / 9, 1);
  });
});

describe("the rate at which a room is led", () => {
  it("is that of warming where it is too cold, and that of cooling where it is too warm", () => {
    const led = (perStep: number, setpointC: number): number => {
      const [far, there] = [new Room({ setpointC }), new Room({ setpointC })];
      for (const room of [far, there]) room.hears(...line(8, 22, perStep));
      const value = 22 + 7 * perStep;
      far.hears(value);
      there.around = { ...nothingAround, setpointC: value };
      there.hears(value);
      return 9 * ((far.means[0] ?? 0) - (there.means[0] ?? 0));
    };
    // Half an hour at 2.4 K/h that was seen, or at 1 K/h that was not.
    expect(led(0.2, 40)).toBeCloseTo(1.2, 0);
    expect(led(-0.2, 5)).toBeCloseTo(-1.2, 0);
    expect(Math.abs(led(0.2, 5))).toBeLessThan(0.7);
    expect(Math.abs(led(-0.2, 40))).toBeLessThan(0.7);
    expect(led(0.2, 40)).toBeGreaterThan(0.9);
  });
});

/** The site's rule, which listens to what it is taught. */
class Listening extends ClimatePool {
  readonly taught: { horizon: number; x: number[]; y: number }[] = [];

  override teach(horizon: number, x: ArrayLike<number>, y: number): void {
    this.taught.push({ horizon, x: Array.from(x), y });
    super.teach(horizon, x, y);
  }
}

describe("what a room tells its site", () => {
  it("is every second step of each horizon what came, once that was seen", () => {
    const pool = new Listening();
    new Room({ pool }).hears(...line(20, 20, 0.05));
    const of = (horizon: number) => pool.taught.filter((each) => each.horizon === horizon);
    expect([0, 1, 2].map((horizon) => of(horizon).length)).toEqual([7, 4, 1]);
    for (const { y } of of(0)) expect(y).toBeCloseTo(0.3, 2);
    for (const { y } of of(1)) expect(y).toBeCloseTo(0.6, 2);
  });

  it("is told with how the room stood: its trend, what it did lately, its day and the time of day", () => {
    const pool = new Listening();
    new Room({ pool }).hears(...line(26, 20, 0.05));
    const last = pool.taught.findLast(({ horizon }) => horizon === 0);
    // The last even step, half an hour back: an hour and more of 0.05 K a step lie behind it.
    const then = (FIRST + 25) % 2 === 0 ? 19 : 18;
    let mean = 20;
    for (let i = 1; i <= then; i++) mean += (1 - Math.exp(-5 / 1_440)) * (20 + i * 0.05 - mean);
    const [one, toMean, trend, hour, daily, ...rest] = last?.x ?? [];
    expect([one, daily]).toEqual([1, 0]);
    expect(toMean).toBeCloseTo(mean - (20 + then * 0.05), 2);
    expect(trend).toBeCloseTo(0.3 * (1 - KEEP ** then), 2);
    expect(hour).toBeCloseTo(0.6, 2);
    const angle = ((6 + (then + 6.5) / 12) / 12) * Math.PI;
    const turns = [Math.cos(angle), Math.sin(angle), Math.cos(2 * angle), Math.sin(2 * angle)];
    expect(rest.slice(0, 4)).toEqual(turns.map((each) => expect.closeTo(each, 6)));
    const [five, ten, half, toUsual, yesterday, cos3, sin3] = rest.slice(4);
    expect([five, ten, half]).toEqual([0.05, 0.1, 0.3].map((each) => expect.closeTo(each, 2)));
    // Its slot of twenty minutes was seen for the first time, or a step or two before.
    expect(Math.abs(toUsual ?? 9)).toBeLessThan(0.2);
    expect(yesterday).toBe(0);
    expect([cos3, sin3]).toEqual([Math.cos(3 * angle), Math.sin(3 * angle)].map((each) => expect.closeTo(each, 6)));
  });

  it("knows what the same span did a day ago, but not on Mondays and Saturdays", () => {
    const of = (weekday: number): number | undefined => {
      const pool = new Listening();
      const room = new Room({ pool });
      room.waits(weekday * 288);
      const day = Array.from({ length: 288 }, (_, i) => (i < 144 ? 20 + i * 0.01 : 22.88 - i * 0.01));
      room.hears(...day, ...line(40, 20, 0.02));
      const last = pool.taught.findLast(({ horizon }) => horizon === 1);
      return last?.x[13];
    };
    // Monday's first hours, as they stand on Tuesday: 0.01 K a step.
    expect(of(0)).toBeCloseTo(0.12, 2);
    expect(of(3)).toBeCloseTo(0.12, 2);
    expect(of(4)).toBe(0);
    expect(of(5)).toBeCloseTo(0.12, 2);
    expect(of(6)).toBe(0);
  });

  it("is nothing of what lies before a gap, nor of a step that was bridged", () => {
    const pool = new Listening();
    const room = new Room({ pool }).hears(...line(10, 20, 0));
    room.waits(5).hears(25);
    const before = pool.taught.length;
    room.hears(...line(5, 25, 0));
    expect(pool.taught.length).toBe(before);
    room.hears(...line(4, 25, 0));
    expect(pool.taught.length).toBeGreaterThan(before);
    for (const { y } of pool.taught) expect(Math.abs(y)).toBeLessThan(0.01);
    const bridged = new Listening();
    const other = new Room({ pool: bridged }).hears(...line(64, 20, 0));
    other.waits(3).hears(...line(12, 20, 0));
    const whole = new Listening();
    new Room({ pool: whole }).hears(...line(79, 20, 0));
    const halfHours = ({ taught }: Listening): number => taught.filter(({ horizon }) => horizon === 0).length;
    // One half hour that ends in a step without a value, and one that begins there.
    expect(halfHours(bridged)).toBe(halfHours(whole) - 2);
  });
});

describe("what a site tells its rooms", () => {
  /** A rule by which any room warms so far in half an hour. */
  function ruled(by: number): ClimatePool {
    const pool = new ClimatePool();
    pool.reach(FIRST - 12);
    const x = Array.from({ length: POOL_SIZE }, (_, i) => (i === 0 ? 1 : 0));
    for (let n = 0; n < 999; n++) pool.teach(0, x, by);
    return pool;
  }

  it("is what two of seven experts say, from the hour on in which it takes effect", () => {
    const pool = ruled(0.35);
    const room = new Room({ pool }).hears(20);
    expect(room.means[0]).toBeCloseTo(20 + (2 * 0.35 * 0.999) / 7, 3);
    expect(room.means.slice(1)).toEqual([20, 20, 20, 20].map((each) => expect.closeTo(each, 3)));
  });

  it("is nothing while it rests on no example", () => {
    expect(new Room({ pool: new ClimatePool() }).hears(20).means[0]).toBeCloseTo(20, 6);
  });

  it("is taken over when there is a new one", () => {
    const pool = ruled(0.35);
    const room = new Room({ pool }).hears(...line(3, 20, 0));
    const before = room.means[0] ?? 0;
    const x = Array.from({ length: POOL_SIZE }, (_, i) => (i === 0 ? 1 : 0));
    for (let n = 0; n < 9_000; n++) pool.teach(0, x, 0);
    pool.reach(FIRST + 12);
    room.hears(20);
    expect((room.means[0] ?? 0) - 20).toBeLessThan((before - 20) / 2);
  });
});

describe("what a room learns", () => {
  const swing = (minute: number): number => 21 + 1.5 * Math.sin((2 * Math.PI * minute) / 1_440);
  const days = (count: number, celsius = swing): number[] =>
    Array.from({ length: count * 288 }, (_, i) => celsius(i * 5));

  it("is its day: after three it foretells a swing of 3 K to a tenth of what as-now misses, from an hour on to a twentieth", () => {
    const room = new Room().hears(...days(3));
    const missed = HORIZONS_MIN.map(() => 0);
    const asNow = HORIZONS_MIN.map(() => 0);
    for (let i = 3 * 288; i < 4 * 288; i++) {
      room.hears(swing(i * 5));
      for (const [h, min] of HORIZONS_MIN.entries()) {
        const came = swing(i * 5 + min);
        missed[h] = (missed[h] as number) + Math.abs((room.means[h] as number) - came);
        asNow[h] = (asNow[h] as number) + Math.abs(swing(i * 5) - came);
      }
    }
    for (const [h] of HORIZONS_MIN.entries())
      expect((missed[h] as number) / (asNow[h] as number)).toBeLessThan(h === 0 ? 1 / 10 : 1 / 20);
    for (const [h, min] of HORIZONS_MIN.entries()) expect(room.sigmas[h]).toBeLessThan(priorSigma(min) / 2);
  });

  it("is what people do to it: half a kelvin in half an hour while they are in, and back", () => {
    const learn = (tells: "people" | "bookings" | "nothing"): number => {
      const room = new Room();
      // Meetings of an hour at no regular time: they come and go as no clock tells.
      const isIn = (i: number): boolean => Math.sin(Math.floor(i / 12) ** 2 * 144) > 0;
      const booked = (from: number, to: number): number => {
        let steps = 0;
        const first = Math.round((from - START) / GRID_MS - 0.5);
        const count = Math.round((to - from) / GRID_MS);
        for (let i = first; i < first + count; i++) if (isIn(i)) steps += 1;
        return steps / count;
      };
      let value = 20;
      let missed = 0;
      for (let i = 0; i < 1_200; i++) {
        value += ((isIn(i) ? 22 : 20) - value) * 0.08;
        if (tells === "people") room.around = { ...nothingAround, occupied: isIn(i) };
        if (tells === "bookings") room.around = { ...nothingAround, booked };
        room.hears(value);
        const isFirst = i % 12 === 5;
        if (i > 600 && isFirst)
          missed += Math.abs((room.means[0] ?? 0) - (value + ((isIn(i) ? 22 : 20) - value) * (1 - 0.92 ** 6)));
      }
      return missed;
    };
    const untold = learn("nothing");
    expect(learn("people")).toBeLessThan(0.9 * untold);
    expect(learn("bookings")).toBeLessThan(0.9 * untold);
  });

  it("is that it drifts on, by what half an hour brought: at most two thirds for a step, kept for a day", () => {
    const drop = (minute: number): number =>
      minute % 1_440 < 720 ? 21 : 19.5 + 1.5 * Math.exp(-((minute % 1_440) - 720) / 200);
    const room = new Room().hears(...days(4, drop));
    const rest = 1 / (1 + Math.exp(3.5));
    expect(room.learner.stuck).toBeLessThan(0.1);
    expect(room.learner.stuck).toBeGreaterThanOrEqual(rest);
    let most = 0;
    for (let i = 0; i < 60; i++) {
      const before = room.learner.stuck;
      room.hears(19.55);
      const odds = (p: number): number => Math.log(p / (1 - p));
      expect(odds(room.learner.stuck) - odds(before)).toBeLessThan(2 / 3 + 0.01);
      most = Math.max(most, room.learner.stuck);
    }
    expect(most).toBeGreaterThan(0.5);
    expect(most).toBeLessThan(1 / (1 + Math.exp(3.5 - 8)) + 1e-6);
  });
});

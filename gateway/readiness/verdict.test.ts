import { describe, expect, it } from "vitest";
import type { Outcome } from "#contract/messages/common.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { type Instant, instant, minutes, seconds } from "#contract/units.ts";
import { Agents } from "../rooms/agents.ts";
import { RoomState } from "../rooms/room-state.ts";
import { type Part, READS_NOTHING, type Requirement, type Scene } from "./check.ts";
import { NINE } from "./check-fixture.ts";
import { OCCUPANCY_KEY } from "./occupancy.ts";
import type { Settled } from "./settle.ts";
import { Judge } from "./verdict.ts";

/** Fresh for two minutes, gone after five; three minutes bad to count, two good. */
const DWELL = { enter: minutes(3), leave: minutes(2) };
const card: RoomCard = {
  name: "Harbour",
  floor: "12",
  zone: "Europe/Berlin",
  seats: 8,
  capabilities: [],
  devices: [
    {
      device: "air",
      name: "The air sensor",
      kind: "sensor",
      agent: "pi",
      intervals_s: { temperature_c: 60, co2_ppm: 60, occupied: 60 },
    },
  ],
};
const after = (s: number): Instant => instant(NINE + s * 1_000);
const settled = (outcome: Outcome, over: Partial<Settled> = {}): Settled => ({
  outcome,
  code: outcome === "ready" ? "OK" : "HIGH",
  since: after(-600),
  pending: undefined,
  ...over,
});

/** A room whose judge is asked by requirements that note each look. */
class Hall {
  readonly agents = new Agents();
  readonly room = new RoomState("hq", "harbour", this.agents);
  readonly settled = new Map<string, Settled>();
  readonly judge: Judge;
  now: Instant = NINE;
  #looks: string[] = [];

  constructor({ values = {}, known = {} }: { values?: Values; known?: Record<string, Settled> } = {}) {
    this.room.takeCard(card, NINE);
    for (const [key, each] of Object.entries(known)) this.settled.set(key, each);
    this.says({ temperature_c: 21, co2_ppm: 600, ...values });
    this.judge = new Judge({ room: this.room, settled: this.settled }, NINE);
    this.room.changed.clear();
  }

  says(values: Values): this {
    this.room.takeReading("air", { at: "", metrics: { ...values } }, this.now, this.now);
    return this;
  }

  /** A turn so many seconds after nine. Returns what was looked at. */
  turn(s: number): string[] {
    this.now = after(s);
    this.#looks = [];
    this.judge.turn(this.now, this.room.changed);
    this.room.changed.clear();
    return this.#looks;
  }

  /** What was looked at since the last turn. */
  get looks(): string[] {
    return this.#looks;
  }

  get dueInS(): number {
    return (this.judge.dueAt(this.now) - NINE) / 1_000;
  }

  /** Something is required of the room: what a look finds is up to the test. */
  requires(name: string, find: (scene: Scene) => Partial<Part>[], reads = READS_NOTHING): Requirement {
    const part = { key: name, outcome: "ready", quality: 1, code: "OK", cause: name, seen: undefined } as const;
    return {
      check: { id: "co2", weight: 5, require: () => undefined },
      key: name,
      weight: 5,
      hard: true,
      reads,
      look: (scene) => {
        this.#looks.push(name);
        return find(scene).map((each): Part => ({ ...part, say: () => name, ...each }));
      },
    };
  }

  /** A metric must be at most so much; above it the room is not ready. */
  limits(metric: string, most: number, more: Partial<Part> = {}): Requirement {
    const slots = this.room.slotsOf(this.room.tellersOf(metric), metric);
    const find = (scene: Scene): Partial<Part>[] => {
      const seen = scene.room.best(metric, scene.now);
      const isHigh = Number(seen?.slot?.value) > most;
      const outcome: Outcome = seen?.kind !== "known" ? "unknown" : isHigh ? "not_ready" : "ready";
      const code = { ready: "OK", unknown: "STALE", degraded: "", not_ready: "HIGH" }[outcome];
      return [{ seen, outcome, code, quality: outcome === "ready" ? 1 : 0, ...more }];
    };
    return this.requires(metric, find, { slots, people: false });
  }
}
type Values = Readonly<Record<string, MetricValue>>;

describe("what several visits require", () => {
  it("is looked at once, and told to each of them by the same row", () => {
    const hall = new Hall();
    const [warm, air] = [hall.limits("temperature_c", 25), hall.limits("co2_ppm", 1_200)];
    const both = hall.judge.ask([warm, air]).verdict;
    const one = hall.judge.verdict([air]);
    expect(hall.looks).toEqual(["temperature_c", "co2_ppm"]);
    expect(one.rows[0]).toBe(both.rows[1]);
    expect(both).toMatchObject({ outcome: "ready", score: 100 });
  });

  it("is looked at again when a word that it rests on is another, once in a turn, and not for what others rest on", () => {
    const hall = new Hall({ values: { occupied: false } });
    const twice = hall.limits("temperature_c", 25);
    const slots = [...twice.reads.slots, ...twice.reads.slots];
    hall.judge.ask([{ ...twice, reads: { slots, people: true } }, hall.limits("co2_ppm", 1_200)]);
    expect(hall.turn(1)).toEqual([]);
    hall.says({ co2_ppm: 700 });
    expect(hall.turn(2)).toEqual(["co2_ppm"]);
    hall.says({ temperature_c: 22, occupied: true });
    expect(hall.turn(3)).toEqual(["temperature_c"]);
  });

  it("is looked at by everyone who rests on the same word", () => {
    const hall = new Hall();
    hall.judge.ask([hall.limits("co2_ppm", 1_200, { key: "one" }), hall.limits("co2_ppm", 900, { key: "other" })]);
    hall.says({ co2_ppm: 700 });
    expect(hall.turn(1)).toEqual(["co2_ppm", "co2_ppm"]);
  });

  it("is looked at again for people where it rests on them, when they come and when their word has settled", () => {
    const hall = new Hall({ values: { occupied: false } });
    const reads = { slots: [], people: true };
    hall.judge.ask([hall.requires("people", () => [{}], reads), hall.requires("seats", () => [{}])]);
    expect(hall.judge.scene).toMatchObject({ occupied: false, occupiedSince: NINE });
    expect(hall.judge.isMoving).toBe(false);
    hall.now = after(10);
    hall.says({ occupied: true });
    expect(hall.turn(10)).toEqual(["people"]);
    expect([hall.judge.isMoving, hall.judge.scene.occupied]).toEqual([true, false]);
    expect(hall.turn(121)).toEqual(["people"]);
    expect(hall.dueInS).toBe(130);
    hall.turn(129.999);
    expect(hall.judge.scene).toMatchObject({ occupied: false, occupiedSince: NINE });
    hall.turn(130);
    expect(hall.judge.scene).toMatchObject({ occupied: true, occupiedSince: after(10) });
    expect(hall.judge.isMoving).toBe(false);
  });

  it("is all forgotten at a new beginning, in which the room's clock may be another", () => {
    const hall = new Hall();
    const warm = hall.limits("temperature_c", 25);
    hall.judge.ask([warm]);
    expect(hall.judge.scene.words.zone).toBe("Europe/Berlin");
    hall.room.takeCard({ ...card, zone: "Asia/Kathmandu" }, NINE);
    hall.judge.begin(after(5));
    expect(hall.judge.scene).toMatchObject({ now: after(5), words: { zone: "Asia/Kathmandu" } });
    hall.says({ temperature_c: 22 });
    expect(hall.turn(6)).toEqual([]);
    hall.judge.ask([warm]);
    expect(hall.looks).toEqual(["temperature_c"]);
  });

  it("is told in UTC where the room has no card", () => {
    const room = new RoomState("hq", "nowhere", new Agents());
    expect(new Judge({ room, settled: new Map() }, NINE).scene.words.zone).toBe("UTC");
  });
});

describe("by the clock alone", () => {
  it("a word is looked at again as it begins to age, and with each report that stays out, until it is gone", () => {
    const hall = new Hall();
    const { verdict } = hall.judge.ask([hall.limits("co2_ppm", 1_200)]);
    expect([hall.dueInS, hall.judge.isMoving]).toEqual([120.001, false]);
    expect(hall.turn(120)).toEqual([]);
    expect(hall.turn(120.001)).toEqual(["co2_ppm"]);
    expect([hall.dueInS, hall.judge.isMoving]).toEqual([180, true]);
    hall.turn(180);
    expect(verdict.rows[0]).toMatchObject({ outcome: "ready", freshness: 2 / 3 });
    expect(hall.dueInS).toBe(240);
    hall.turn(240);
    expect(hall.dueInS).toBe(300);
    expect(hall.turn(300)).toEqual(["co2_ppm"]);
    expect(verdict.rows[0]).toMatchObject({ outcome: "unknown", freshness: 0, since: after(300) });
    expect([hall.dueInS, hall.judge.isMoving]).toEqual([Number.POSITIVE_INFINITY, false]);
  });

  it("a word that is said again is put off, without a look", () => {
    const hall = new Hall();
    hall.judge.ask([hall.limits("co2_ppm", 1_200), hall.limits("temperature_c", 25)]);
    hall.now = after(60);
    hall.says({ co2_ppm: 600, temperature_c: 21 });
    expect(hall.room.changed.size).toBe(0);
    hall.now = after(90);
    hall.says({ co2_ppm: 600 });
    expect(hall.turn(130)).toEqual([]);
    expect(hall.dueInS).toBe(180.001);
    expect(hall.turn(181)).toEqual(["temperature_c"]);
    expect(hall.turn(210)).toEqual(["temperature_c"]);
  });

  it("a word that was said again ages from then, also if no turn came meanwhile", () => {
    const hall = new Hall();
    hall.judge.ask([hall.limits("co2_ppm", 1_200)]);
    hall.now = after(60);
    hall.says({ co2_ppm: 600, temperature_c: 21 });
    hall.now = after(130);
    expect(hall.dueInS).toBe(180.001);
  });

  it("what rests on two words ages with the first of them", () => {
    const hall = new Hall();
    hall.now = after(30);
    hall.says({ co2_ppm: 600 });
    const both = hall.requires("both", ({ room, now }) =>
      ["co2_ppm", "temperature_c"].map((metric) => ({ key: metric, seen: room.best(metric, now) })),
    );
    hall.judge.ask([both]);
    expect(hall.dueInS).toBe(120.001);
    expect(hall.turn(121)).toEqual(["both"]);
  });

  it("people's word ages, too, and is not known once it is gone", () => {
    const hall = new Hall({ values: { occupied: true } });
    expect(hall.dueInS).toBe(120.001);
    hall.turn(121);
    expect([hall.judge.isMoving, hall.judge.scene.occupied, hall.dueInS]).toEqual([true, true, 180]);
    hall.turn(300);
    expect(hall.judge.scene).toMatchObject({ occupied: undefined, occupiedSince: NINE });
    expect(hall.settled.get(OCCUPANCY_KEY)).toMatchObject({ outcome: "not_ready", hasLapsed: true });
  });

  it("each is looked at when its own moment has come, the earliest that is still ahead of it", () => {
    const hall = new Hall();
    const wakes = (name: string, ...at: number[]): Requirement =>
      hall.requires(name, (scene) => {
        for (const s of at) scene.wakeAt(after(s));
        return [{}];
      });
    const people = hall.requires("people", () => [{}], { slots: [], people: true });
    hall.judge.ask([wakes("early", 50, 40, 0, -10, 90), wakes("late", 70), people]);
    expect(hall.dueInS).toBe(40);
    expect(hall.turn(39.999)).toEqual([]);
    expect(hall.turn(40)).toEqual(["early"]);
    expect(hall.dueInS).toBe(50);
    expect(hall.turn(50)).toEqual(["early"]);
    expect(hall.turn(69)).toEqual([]);
    expect(hall.dueInS).toBe(70);
    hall.now = after(75);
    expect(hall.dueInS).toBe(70);
    expect(hall.turn(95)).toEqual(["early", "late"]);
    expect(hall.dueInS).toBe(Number.POSITIVE_INFINITY);
  });

  it("a change to worse counts once it has lasted, to the second", () => {
    const hall = new Hall();
    const { verdict } = hall.judge.ask([hall.limits("co2_ppm", 1_200, { dwell: DWELL })]);
    hall.now = after(20);
    hall.says({ co2_ppm: 1_400 });
    hall.turn(21);
    expect(verdict.rows[0]).toMatchObject({ outcome: "ready", quality: 1 });
    expect([hall.judge.isMoving, hall.judge.hasShifted]).toEqual([true, true]);
    hall.now = after(80);
    hall.says({ co2_ppm: 1_400 });
    expect(hall.turn(141)).toEqual(["co2_ppm"]);
    expect(hall.dueInS).toBe(200);
    hall.turn(199.999);
    expect(verdict.rows[0]).toMatchObject({ outcome: "ready" });
    hall.turn(200);
    expect(verdict.rows[0]).toMatchObject({ outcome: "not_ready", code: "HIGH", since: after(20) });
  });
});

describe("a verdict that is kept", () => {
  const asked = () => {
    const hall = new Hall();
    const [air, warm] = [hall.limits("co2_ppm", 1_200), hall.limits("temperature_c", 25)];
    return { hall, one: hall.judge.ask([air, warm]), other: hall.judge.ask([warm]) };
  };
  const turn = (hall: Hall, s: number, values: Values): void => {
    hall.now = after(s);
    hall.says(values);
    hall.turn(s);
  };

  it("stays the same object while only values are others, and says that they are", () => {
    const { hall, one, other } = asked();
    const before = one.verdict;
    turn(hall, 1, { co2_ppm: 700 });
    hall.judge.refresh(one);
    hall.judge.refresh(other);
    expect(one.verdict).toBe(before);
    expect([one.revision, other.revision]).toEqual([1, 0]);
    hall.judge.refresh(one);
    hall.turn(2);
    hall.judge.refresh(one);
    expect(one.revision).toBe(1);
    turn(hall, 3, { co2_ppm: 710, temperature_c: 22 });
    hall.judge.refresh(one);
    expect([one.revision, one.verdict === before]).toEqual([2, true]);
  });

  it("is another when anything but a value is", () => {
    const { hall, one, other } = asked();
    const before = [one.verdict, other.verdict];
    turn(hall, 1, { temperature_c: 26 });
    hall.judge.refresh(one);
    expect(one.verdict).toMatchObject({ outcome: "not_ready", rows: [{ outcome: "ready" }, { outcome: "not_ready" }] });
    turn(hall, 2, { co2_ppm: 700 });
    hall.judge.refresh(other);
    hall.judge.refresh(one);
    expect([one.revision, other.revision]).toEqual([2, 1]);
    expect(other.verdict).toMatchObject({ outcome: "not_ready" });
    expect([one.verdict, other.verdict]).not.toEqual(before);
    const bad = one.verdict;
    turn(hall, 3, { co2_ppm: 720 });
    hall.judge.refresh(one);
    expect(one.verdict).toBe(bad);
    turn(hall, 4, { co2_ppm: 1_300 });
    hall.judge.refresh(one);
    expect(one.verdict.rows).toMatchObject([{ outcome: "not_ready" }, { outcome: "not_ready" }]);
    expect(one.verdict.score).toBeLessThan(bad.score);
  });

  it("asked for in a turn knows of that turn already", () => {
    const { hall } = asked();
    turn(hall, 1, { co2_ppm: 1_300 });
    const late = hall.judge.ask([hall.limits("co2_ppm", 1_200, { key: "late" })]);
    const { verdict } = late;
    hall.judge.refresh(late);
    expect([late.revision, late.verdict === verdict, verdict.outcome]).toEqual([0, true, "not_ready"]);
  });
});

describe("what has settled", () => {
  it("of what a card or a calendar says counts at once, since it said so, and stays so while it is so", () => {
    const hall = new Hall();
    let says: Partial<Part> = { from: after(-300) };
    const standing = hall.requires("seats", () => [says], { slots: [], people: true });
    const { verdict } = hall.judge.ask([standing]);
    const row = () => verdict.rows[0];
    const look = (s: number, next: Partial<Part>): boolean => {
      says = next;
      hall.now = after(s);
      hall.says({ occupied: s % 2 === 0 });
      hall.turn(s);
      return hall.judge.hasShifted;
    };
    expect(row()).toMatchObject({ outcome: "ready", since: after(-300), freshness: 1 });
    look(1, { from: after(1) });
    expect(row()).toMatchObject({ since: after(-300) });
    expect(look(2, { outcome: "degraded", code: "FEW", quality: 0.5 })).toBe(true);
    expect(row()).toMatchObject({ outcome: "degraded", code: "FEW", since: after(2) });
    expect(look(3, { outcome: "degraded", code: "FEWER", quality: 0.5 })).toBe(true);
    expect(row()).toMatchObject({ code: "FEWER", since: after(2) });
    expect(hall.settled.get("seats")).toMatchObject({ code: "FEWER" });
  });

  it("is told as it stands, and shifts nothing when it is found again", () => {
    const hall = new Hall({ known: { co2_ppm: settled("ready") } });
    const { verdict } = hall.judge.ask([hall.limits("co2_ppm", 1_200, { dwell: DWELL })]);
    expect(verdict.rows[0]).toMatchObject({ since: after(-600) });
    expect(hall.judge.hasShifted).toBe(false);
    const anew = new Hall();
    anew.judge.ask([anew.limits("co2_ppm", 1_200, { dwell: DWELL })]);
    expect(anew.judge.hasShifted).toBe(true);
    anew.turn(1);
    expect(anew.judge.hasShifted).toBe(false);
  });

  it("of a fault that is known stays when nothing is heard any more, at no quality; what was well is unknown since then", () => {
    const faulty = new Hall({ known: { co2_ppm: settled("not_ready") }, values: { co2_ppm: 1_400 } });
    const { verdict } = faulty.judge.ask([faulty.limits("co2_ppm", 1_200, { dwell: DWELL, quality: 0.3 })]);
    faulty.turn(300);
    expect(verdict.rows[0]).toMatchObject({ outcome: "not_ready", quality: 0, freshness: 0, since: after(-600) });
    const well = new Hall();
    const never = well.judge.ask([well.requires("never", () => [{ outcome: "unknown", code: "GONE" }])]).verdict;
    expect(never.rows[0]).toMatchObject({ outcome: "unknown", code: "GONE", since: NINE });
  });

  it("of gear that says it does not work counts however old its word, what was well does not", () => {
    const gone = (outcome: Outcome): unknown => {
      const hall = new Hall();
      hall.agents.take("hq", "pi", { at: "", state: "offline" }, { at: NINE, retained: false });
      const requirement = hall.limits("co2_ppm", 1_200, { outcome, code: "OFF", dwell: DWELL });
      return hall.judge.verdict([requirement]).rows[0];
    };
    expect(gone("not_ready")).toMatchObject({ outcome: "not_ready", since: NINE, freshness: 0 });
    expect(gone("degraded")).toMatchObject({ outcome: "unknown", code: "OFF" });
    const never = new Hall();
    never.room.takeDeviceState("air", { at: "2026-11-23T08:00:00Z", state: "offline" }, NINE);
    const off = never.requires("off", ({ room }) => {
      const device = room.devices.get("air");
      if (device === undefined) throw new Error("on the card");
      const seen = room.observe(device, "power_state", NINE);
      return [{ outcome: "not_ready", code: "OFF", seen, dwell: DWELL }];
    });
    expect(never.judge.verdict([off]).rows[0]).toMatchObject({ outcome: "not_ready", code: "OFF" });
  });

  it("of a device that stopped answering began when it stopped, not with its last word", () => {
    const hall = new Hall();
    hall.now = after(90);
    hall.agents.take("hq", "pi", { at: "", state: "offline" }, { at: after(90), retained: false });
    const off = hall.limits("co2_ppm", 1_200, { outcome: "not_ready", code: "OFF", dwell: DWELL });
    hall.judge.begin(hall.now);
    expect(hall.judge.verdict([off]).rows[0]).toMatchObject({ since: after(90) });
    const known = new Hall();
    known.now = after(90);
    known.says({ co2_ppm: 600 });
    known.judge.begin(known.now);
    const since = known.judge.verdict([known.limits("co2_ppm", 1_200, { dwell: DWELL })]).rows[0]?.since;
    expect(since).toBe(after(90));
  });

  it("lapses when the last word says nothing any more: five reports after it, not as soon as its agent is gone", () => {
    const hall = new Hall();
    hall.judge.ask([hall.limits("co2_ppm", 1_200, { dwell: DWELL })]);
    hall.agents.take("hq", "pi", { at: "", state: "offline" }, { at: after(60), retained: false });
    hall.judge.begin(after(60));
    hall.now = after(60);
    hall.judge.ask([hall.limits("co2_ppm", 1_200, { dwell: DWELL })]);
    expect(hall.settled.get("co2_ppm")).not.toHaveProperty("hasLapsed");
    expect(hall.dueInS).toBe(300);
    expect(hall.turn(299.999)).toEqual([]);
    expect([hall.judge.hasShifted, hall.settled.get("co2_ppm")?.hasLapsed]).toEqual([false, undefined]);
    hall.turn(300);
    expect([hall.judge.hasShifted, hall.settled.get("co2_ppm")?.hasLapsed]).toEqual([true, true]);
  });

  it("lapses at once where nothing was ever heard, and counts again as soon as it is found the same", () => {
    const hall = new Hall({ known: { never: settled("ready"), seats: settled("ready", { hasLapsed: true }) } });
    const never = hall.requires("never", () => [{ outcome: "unknown" }]);
    hall.judge.ask([never, hall.requires("seats", () => [{}])]);
    expect(hall.settled.get("never")).toMatchObject({ outcome: "ready", hasLapsed: true });
    expect(hall.settled.get("seats")).toEqual({ outcome: "ready", code: "OK", since: after(-600), pending: undefined });
    expect(hall.judge.hasShifted).toBe(true);
  });

  it("lapses by the last word that was believed, whatever was not believed before it", () => {
    const hall = new Hall();
    hall.now = after(10);
    hall.says({ co2_ppm: 0.001 });
    hall.now = after(60);
    hall.says({ co2_ppm: 600 });
    hall.agents.take("hq", "pi", { at: "", state: "offline" }, { at: after(70), retained: false });
    hall.now = after(70);
    hall.judge.begin(hall.now);
    hall.judge.ask([hall.limits("co2_ppm", 1_200, { dwell: DWELL })]);
    expect(hall.dueInS).toBe(360);
  });

  it("is looked at again when a sensor that is not believed falls silent", () => {
    const hall = new Hall();
    hall.now = after(290);
    hall.says({ co2_ppm: 0.001 });
    expect(hall.room.changed.size).toBe(1);
    hall.now = after(301);
    hall.judge.begin(hall.now);
    const { verdict } = hall.judge.ask([hall.limits("co2_ppm", 1_200)]);
    expect(verdict.rows[0]?.part.seen?.kind).toBe("rejected");
    expect(hall.dueInS).toBe(590);
    expect(hall.turn(590)).toEqual(["co2_ppm"]);
    expect(verdict.rows[0]?.part.seen?.kind).toBe("stale");
  });
});

describe("what shifts, and is worth remembering at once", () => {
  const pending = { outcome: "not_ready", code: "HIGH", since: after(-60), isWorse: true } as const;
  it.each<[string, Settled, Values, boolean]>([
    ["a change that begins", settled("ready"), { co2_ppm: 1_400 }, true],
    ["one that goes on", settled("ready", { pending }), { co2_ppm: 1_400 }, false],
    [
      "one that goes on for another reason",
      settled("ready", { pending: { ...pending, code: "OLD" } }),
      { co2_ppm: 1_400 },
      true,
    ],
    ["one that is over", settled("ready", { pending }), { co2_ppm: 600 }, true],
    ["another reason", settled("ready", { code: "FINE" }), { co2_ppm: 600 }, true],
    ["a word after a silence", settled("ready", { hasLapsed: true }), { co2_ppm: 600 }, true],
    ["the same again", settled("ready"), { co2_ppm: 600 }, false],
  ])("%s", (_, before, values, isShift) => {
    const hall = new Hall({ known: { co2_ppm: before }, values });
    hall.judge.ask([hall.limits("co2_ppm", 1_200, { dwell: DWELL })]);
    expect(hall.judge.hasShifted).toBe(isShift);
  });

  it("not a change that goes on, to something else of the same reason", () => {
    const hall = new Hall({ known: { co2_ppm: settled("ready", { pending }) } });
    hall.judge.ask([hall.limits("co2_ppm", 1_200, { outcome: "degraded", code: "HIGH", dwell: DWELL })]);
    expect(hall.settled.get("co2_ppm")?.pending?.outcome).toBe("degraded");
    expect(hall.judge.hasShifted).toBe(false);
  });

  it("an outcome that comes to count, for the same reason", () => {
    const since = after(-200);
    const before = settled("ready", { code: "SAME", pending: { ...pending, code: "SAME", since } });
    const hall = new Hall({ known: { co2_ppm: before }, values: { co2_ppm: 1_400 } });
    hall.judge.ask([hall.limits("co2_ppm", 1_200, { dwell: DWELL, code: "SAME" })]);
    expect(hall.settled.get("co2_ppm")).toMatchObject({ outcome: "not_ready", since });
    expect(hall.judge.hasShifted).toBe(true);
  });
});

describe("what is remembered", () => {
  it("is forgotten when nothing asks for it any more, but not what people and latches settled on", () => {
    const hall = new Hall({ values: { occupied: true } });
    hall.judge.ask([hall.limits("co2_ppm", 1_200), hall.limits("temperature_c", 25)]);
    hall.judge.latch("at-risk:acme", () => true);
    hall.judge.prune();
    expect([...hall.settled.keys()].toSorted()).toEqual(["at-risk:acme", "co2_ppm", OCCUPANCY_KEY, "temperature_c"]);
    hall.judge.begin(after(1));
    hall.judge.ask([hall.limits("co2_ppm", 1_200)]);
    hall.judge.prune();
    expect([...hall.settled.keys()].toSorted()).toEqual(["co2_ppm", OCCUPANCY_KEY]);
  });

  it.each([
    ["fewer", ["a"]],
    ["one other", ["a", "c"]],
    ["all others", ["c", "d"]],
  ])("is forgotten of parts that a look finds no more: %s", (_, next) => {
    const hall = new Hall();
    let names = ["a", "b"];
    const { slots } = hall.limits("co2_ppm", 1_200).reads;
    const gear = hall.requires("gear", () => names.map((key) => ({ key })), { slots, people: false });
    hall.judge.ask([gear]);
    hall.judge.prune();
    expect([...hall.settled.keys()]).toEqual(["a", "b"]);
    names = next;
    hall.says({ co2_ppm: 700 });
    hall.turn(1);
    hall.judge.prune();
    expect([...hall.settled.keys()]).toEqual(next);
    hall.says({ co2_ppm: 710 });
    hall.turn(2);
    hall.judge.prune();
    expect([...hall.settled.keys()]).toEqual(next);
  });

  it("of a latch is what it held last, and since when", () => {
    const hall = new Hall();
    const was: boolean[] = [];
    const latch = (holds: boolean): boolean =>
      hall.judge.latch("at-risk:acme", (before) => {
        was.push(before);
        return holds;
      });
    expect([latch(true), latch(true)]).toEqual([true, true]);
    hall.turn(seconds(60) / 1_000);
    expect(latch(false)).toBe(false);
    expect(hall.judge.hasShifted).toBe(true);
    expect(latch(false)).toBe(false);
    expect(was).toEqual([false, true, true, false]);
    expect(hall.settled.get("at-risk:acme")).toEqual({
      outcome: "ready",
      code: "",
      since: after(60),
      pending: undefined,
    });
  });
});

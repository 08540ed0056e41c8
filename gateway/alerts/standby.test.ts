import { describe, expect, it } from "vitest";
import { acme, clockTime, demoAt, DeskStory, pine, wireTime } from "./desk-fixture.ts";
import type { FindAlternatives } from "./moves.ts";
import { standbysOf } from "./standby.ts";

/** A story in which one other room is free, from before the time that rooms are kept. */
function begin(alternatives: FindAlternatives = () => [pine]): DeskStory {
  const s = new DeskStory("13:30");
  s.alternatives = alternatives;
  return s;
}
/** A reset that is probably on its way: nobody is called for it. */
const small = { cause: "reset_visit:acme", p: 0.85, actBy: "13:50" };

describe("a room that is kept in case", () => {
  it("is kept from twenty minutes before a visit that may fail, and told to its host alone", async () => {
    const s = begin();
    await s.judge({ troubles: { acme: [small] } });
    await s.until("13:39");
    expect(s.standbys()).toEqual([]);
    await s.until("13:41");
    expect(s.standbys()[0]).toMatchObject({ cause: "standby:acme", demo: "acme", status: "open" });
    expect(s.standbys()[0]?.alternatives?.[0]).toMatchObject({ room: "hq/pine", held_until: wireTime("14:15") });
    expect(s.alerts()).toEqual([]);
    await s.until("13:59");
    expect(s.told()).toEqual(["raised→host"]);
  });

  it("is given back when the visit's own room turns out well", async () => {
    const s = begin();
    await s.judge({ troubles: { acme: [small] } });
    await s.until("13:45");
    await s.judge({});
    await s.until("13:52");
    expect(s.standbys()[0]).toMatchObject({ status: "resolved" });
    expect(s.desk.stats()).toMatchObject({ rooms_kept: 0 });
  });

  it("is not kept for what hardly ever fails, nor where there is no other room", async () => {
    const safe = begin();
    await safe.judge({ troubles: { acme: [{ ...small, p: 0.97 }] } });
    const alone = begin(() => []);
    await alone.judge({ troubles: { acme: [small] } });
    const taken = begin(() => [{ ...pine, displaces: 1 }]);
    await taken.judge({ troubles: { acme: [small] } });
    for (const s of [safe, alone, taken]) {
      await s.until("13:59");
      expect([s.standbys(), s.told()]).toEqual([[], []]);
    }
  });

  it("is another one for each visit", async () => {
    const s = begin(({ isFree, demo }) => {
      const span = { start: Date.parse(demo.start) as never, end: Date.parse(demo.end) as never };
      return [pine, { ...pine, room: "hq/oak", name: "oak", p_ready: 0.8 }].filter(({ room }) => isFree(room, span));
    });
    const beta = demoAt("beta", "14:00", "15:00");
    await s.judge({ troubles: { acme: [small] } });
    await s.judge({ room: "lake", demos: [beta], troubles: { beta: [{ ...small, cause: "reset_visit:beta" }] } });
    await s.until("13:45");
    const rooms = s.standbys().map(({ alternatives }) => alternatives?.find((each) => each.held_until)?.room);
    expect(new Set(rooms)).toEqual(new Set(["hq/oak", "hq/pine"]));
  });
});

describe("what a room is kept in case of", () => {
  const later = demoAt("later", "16:00", "17:00");
  const state = { demos: [acme, later], troubles: { later: [{ p: 0.7 }, { p: 0.8 }] } };

  it("is the visit's own chance, with all that endangers it together, until it arrives", () => {
    const [one, ...others] = standbysOf(new DeskStory("13:00").judgement(state), clockTime("13:00"));
    expect(others).toEqual([]);
    expect(one).toMatchObject({ demo: "later", actBy: clockTime("16:00"), isSilence: false, reportInterval: 0 });
    expect(one?.risk).toBeCloseTo(0.3, 9);
    expect(one?.cause).toMatchObject({ cause: "standby:later", sentence: "The room may not be ready in time" });
    expect(one?.cause.checks).toEqual([]);
    expect(one?.cause.steps).toEqual([
      {
        remedy: "move",
        label: "Go to the room that is kept, if this one is not ready",
        p50_min: 10,
        p90_min: 15,
        act_by: wireTime("16:00"),
      },
    ]);
  });

  it("is nothing once the visit is over, or where it has gone from the calendar", () => {
    const at = (time: string, some: object = state) =>
      standbysOf(new DeskStory(time).judgement(some), clockTime(time)).length;
    expect([at("16:59"), at("17:00"), at("17:01")]).toEqual([1, 0, 0]);
    const judgement = new DeskStory("13:00").judgement(state);
    expect(standbysOf({ ...judgement, demos: [acme] }, clockTime("13:00"))).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { Alert, Alternative } from "#contract/messages/alert.ts";
import { Agenda } from "./agenda.ts";
import { acme, causeOf, clockTime, demoAt, memberOf, wireTime } from "./desk-fixture.ts";
import type { Finding, Member } from "./finding.ts";
import { type FindAlternatives, Moves } from "./moves.ts";
import { raised } from "./life.ts";

const room = (name: string, over: Partial<Alternative> = {}): Alternative => ({
  room: `hq/${name}`,
  name,
  floor: "12",
  p_ready: 0.9,
  fit: 1,
  storeys: 0,
  displaces: 0,
  ...over,
});
const [pine, oak] = [room("pine"), room("oak", { p_ready: 0.8 })];
const demos = [acme, demoAt("beta", "14:00", "15:00")];
const member = (over: Partial<Member> = {}): Member => memberOf({}, { risk: 0.75, ...over });
const findingOf = (...members: Member[]) => ({ site: "hq", cause: "temperature", members }) as unknown as Finding;
const alertOf = (finding: Finding, reached: string[] = []): Alert => {
  const alert = raised(finding, `a-${finding.members[0].demo}`, {}, clockTime("12:00"));
  const at = wireTime("12:30");
  return { ...alert, reached: { ...alert.reached, ...Object.fromEntries(reached.map((step) => [step, at])) } };
};

/** Other rooms as they are found, with what was asked for. */
class Search {
  rooms: Alternative[] = [pine, oak];
  readonly asked: Parameters<FindAlternatives>[0][] = [];
  readonly moves = new Moves({
    find: (visit) => {
      this.asked.push(visit);
      const span = { start: clockTime("14:00"), end: clockTime("15:00") };
      return this.rooms.filter((each) => visit.isFree(each.room, span));
    },
    demoOf: (_, id) => demos.find((demo) => demo.id === id),
  });

  offer(time: string, alert: Alert, finding: Finding) {
    const agenda = new Agenda();
    const offered = this.moves.offered(alert, finding, clockTime(time), agenda);
    return { alert: offered, next: agenda.next, rooms: offered.alternatives?.map(({ name }) => name) };
  }
}
const heldIn = ({ alternatives = [] }: Alert) => alternatives.filter((each) => each.held_until !== undefined);

describe("where else a visit could go", () => {
  const finding = findingOf(member());
  const alert = alertOf(finding);

  it("is named once, of rooms that are likelier ready than its own, and none of them is kept", () => {
    const search = new Search();
    const first = search.offer("12:00", alert, finding);
    expect(first.rooms).toEqual(["pine", "oak"]);
    expect(heldIn(first.alert)).toEqual([]);
    expect(first.next).toBeUndefined();
    expect(search.asked[0]).toMatchObject({ roomKey: "hq/harbour", p_ready: 0.25, demo: { id: "acme" } });
    for (const time of ["12:04", "12:05", "12:30"])
      expect(search.offer(time, first.alert, finding).alert).toBe(first.alert);
    expect(search.asked).toHaveLength(1);
  });

  it("is looked for again when the visit or the alert has moved on", () => {
    const search = new Search();
    search.offer("12:00", alert, finding);
    search.offer("12:01", { ...alert, reached: { ...alert.reached, lead: wireTime("12:01") } }, finding);
    expect(search.asked).toHaveLength(2);
    const later = findingOf(member({ arrival: clockTime("14:10") }));
    search.offer("12:02", alert, later);
    expect(search.asked).toHaveLength(3);
    const { reached: _, ...old } = alert;
    expect(search.offer("12:03", old, finding).rooms).toEqual(["pine", "oak"]);
  });

  it("is nobody's question hours before, once the client is there, or while the room has not been judged", () => {
    const search = new Search();
    const early = search.offer("10:59", alert, finding);
    expect(early).toMatchObject({ alert, next: clockTime("11:00") });
    expect(search.offer("11:00", alert, finding).rooms).toHaveLength(2);
    for (const [time, one] of [
      ["14:00", member()],
      ["14:01", member()],
      ["12:00", member({ isRestored: true })],
    ] as const)
      expect(search.offer(time, alertOf(findingOf(one)), findingOf(one)).rooms).toBeUndefined();
    const none = new Moves({ find: undefined, demoOf: () => acme });
    expect(none.offered(alert, finding, clockTime("12:00"), new Agenda())).toBe(alert);
    expect(none.canKeep(member(), clockTime("12:00"))).toBe(false);
  });

  it("is nowhere for a visit that the calendar no longer has", () => {
    const gone = findingOf(member({ demo: "gone" }));
    const search = new Search();
    expect(search.offer("12:00", alertOf(gone), gone).rooms).toEqual([]);
    expect(search.asked).toEqual([]);
  });

  it("can be kept only where nobody would have to leave", () => {
    const search = new Search();
    expect(search.moves.canKeep(member(), clockTime("12:00"))).toBe(true);
    search.rooms = [room("pine", { displaces: 1 })];
    expect(search.moves.canKeep(member(), clockTime("12:00"))).toBe(false);
  });
});

describe("a room that is kept", () => {
  const finding = findingOf(member());
  const lost = alertOf(finding, ["past_act_by"]);

  it("is the best that is free, until a quarter of an hour past arrival, once the own one cannot be mended in time", () => {
    for (const reached of [["past_act_by"], ["offer_move"]]) {
      const search = new Search();
      const { alert, rooms, next } = search.offer("13:20", alertOf(finding, reached), finding);
      expect(rooms).toEqual(["pine", "oak"]);
      expect(heldIn(alert)).toMatchObject([{ room: "hq/pine", held_until: wireTime("14:15") }]);
      expect(alert.members?.[0]?.alternative?.room).toBe("hq/pine");
      expect(alert.history.at(-1)).toMatchObject({ event: "changed", note: "pine is kept for Acme" });
      expect(next).toBe(clockTime("13:25"));
      expect(search.asked[0]?.p_ready).toBe(0);
      expect(search.moves.kept(clockTime("13:20"))).toBe(1);
    }
    const onlyMove = findingOf(member({ cause: causeOf({ remedy: "move" }) }));
    expect(heldIn(new Search().offer("13:20", alertOf(onlyMove), onlyMove).alert)).toHaveLength(1);
    const both = causeOf({});
    const mendable = findingOf(
      member({ cause: { ...both, steps: [...both.steps, ...causeOf({ remedy: "move" }).steps] } }),
    );
    expect(heldIn(new Search().offer("13:20", alertOf(mendable), mendable).alert)).toEqual([]);
  });

  it("stays the offer until another is clearly better, and no word is lost on that", () => {
    const search = new Search();
    const first = search.offer("13:20", lost, finding).alert;
    expect(search.offer("13:24", first, finding)).toMatchObject({ alert: first, next: clockTime("13:25") });
    search.rooms = [room("elm", { p_ready: 1 }), room("pine", { p_ready: 0.86 })];
    const same = search.offer("13:25", first, finding).alert;
    expect(heldIn(same)).toMatchObject([{ room: "hq/pine", p_ready: 0.86 }]);
    expect(same.history).toEqual(first.history);
    search.rooms = [room("elm", { p_ready: 1 }), room("pine", { p_ready: 0.84 })];
    const better = search.offer("13:30", same, finding).alert;
    expect(heldIn(better)).toMatchObject([{ room: "hq/elm" }]);
    expect(better.history.at(-1)?.note).toBe("elm is kept for Acme");
    search.rooms = [room("ash", { p_ready: 0.7 }), room("elm", { fit: 0.5 })];
    expect(heldIn(search.offer("13:35", better, finding).alert)).toMatchObject([{ room: "hq/ash" }]);
  });

  it("is nobody else's that would have to leave; and where there is none, that is said", () => {
    const search = new Search();
    search.rooms = [room("hall", { displaces: 1, p_ready: 1 }), oak];
    const { alert, rooms } = search.offer("13:20", lost, finding);
    expect(rooms).toEqual(["oak", "hall"]);
    search.rooms = [room("hall", { displaces: 1 })];
    const none = search.offer("13:25", alert, finding);
    expect(none.rooms).toEqual(["hall"]);
    expect(heldIn(none.alert)).toEqual([]);
    expect(none.alert.history.at(-1)?.note).toBe("no other room for Acme");
    expect(none.alert.members?.[0]?.alternative).toBeUndefined();
  });

  it("is another one for each visit of the alert that is still to come and near", () => {
    const search = new Search();
    const beta = member({ demo: "beta", roomKey: "hq/lake", account: undefined, title: "Beta visit" });
    const here = member({ roomKey: "hq/lake" });
    const all = findingOf(member(), beta);
    const { alert } = search.offer("13:20", alertOf(all, ["past_act_by"]), all);
    expect(alert.members?.map(({ alternative }) => alternative?.name)).toEqual(["pine", "oak"]);
    expect(alert.alternatives?.map(({ name }) => name)).toEqual(["pine", "oak"]);
    expect(alert.history.map(({ note }) => note)).toContain("oak is kept for Beta visit");
    for (const over of [{ arrival: clockTime("13:20") }, { arrival: clockTime("16:21") }, { isRestored: true }]) {
      const some = findingOf(member(), { ...beta, ...over });
      const { alert: told } = new Search().offer("13:20", alertOf(some, ["past_act_by"]), some);
      expect(told.members?.map(({ alternative }) => alternative?.name)).toEqual(["pine", undefined]);
    }
    const twice = findingOf(member(), here);
    const same = new Search().offer("13:20", alertOf(twice, ["past_act_by"]), twice).alert;
    expect(same.members?.map(({ alternative }) => alternative?.name)).toEqual(["pine", "oak"]);
  });

  it("is free again when its alert is resolved, closed, or keeps another", () => {
    const search = new Search();
    const { alert } = search.offer("13:20", lost, finding);
    const now = clockTime("13:21");
    expect(search.moves.kept(now)).toBe(1);
    search.moves.note({ ...alert, status: "resolved" });
    expect(search.moves.kept(now)).toBe(0);
    search.moves.note(alert);
    expect(search.moves.kept(now)).toBe(1);
    expect(search.moves.kept(clockTime("14:15"))).toBe(0);
    search.moves.forget(alert.id);
    expect(search.moves.kept(now)).toBe(0);
    search.moves.note({ ...alert, members: undefined });
    expect(search.moves.kept(now)).toBe(0);
  });

  it("is looked for at once when a resolved alert comes back", () => {
    const search = new Search();
    const { alert } = search.offer("13:20", lost, finding);
    search.moves.note({ ...alert, status: "resolved" });
    search.offer("13:21", lost, finding);
    expect(search.asked).toHaveLength(2);
    search.moves.forget(alert.id);
    search.offer("13:22", lost, finding);
    expect(search.asked).toHaveLength(3);
  });
});

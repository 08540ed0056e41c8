import { describe, expect, it } from "vitest";
import type { Alert, AlertEvent } from "#contract/messages/alert.ts";
import { type Instant, instant } from "#contract/units.ts";
import { Acts } from "./acts.ts";

const NINE = instant(Date.UTC(2026, 10, 23, 9));
const at = (min: number): Instant => instant(NINE + min * 60_000);
const iso = (min: number): string => new Date(at(min)).toISOString().replace(".000Z", "Z");
const did = (event: AlertEvent["event"], min: number, by?: string): AlertEvent => ({
  at: iso(min),
  event,
  ...(by !== undefined && { by }),
});

interface Word {
  id?: string;
  cause?: string;
  rooms?: string[];
  /** Minutes after nine. */
  raised?: number;
  now?: number;
  status?: Alert["status"];
  resolved?: number;
  history?: AlertEvent[];
}
const alertOf = ({ id = "a", cause = "codec:c", rooms = ["hq/harbour"], raised = 0, ...word }: Word = {}): Alert =>
  ({
    id,
    at: iso(word.now ?? raised),
    cause,
    rooms,
    status: word.status ?? (word.resolved === undefined ? "open" : "resolved"),
    raised_at: iso(raised),
    reached: { raised: iso(raised), ...(word.resolved !== undefined && { resolved: iso(word.resolved) }) },
    history: word.history ?? [],
  }) as unknown as Alert;
const done = (min: number, by: string | undefined = "priya") => ({
  resolved: min,
  history: [did("acknowledged", 1, by), did("resolved", min, by)],
});
const after = (...words: Word[]): Acts => {
  const acts = new Acts();
  for (const word of words) acts.takeAlert(alertOf(word));
  return acts;
};

describe("calls that are open", () => {
  it("are counted by whose work they are, from when they are raised until they are over", () => {
    const acts = after({ id: "a" }, { id: "b", cause: "display:p" }, { id: "c", cause: "power:ups" });
    expect([acts.open("desk"), acts.open("facilities"), acts.open("network")]).toEqual([2, 1, 0]);
    acts.takeAlert(alertOf({ id: "a", status: "acknowledged" }));
    expect(acts.open("desk")).toBe(2);
    acts.takeAlert(alertOf({ id: "a", resolved: 30 }));
    expect(acts.open("desk")).toBe(1);
    acts.takeAlert(alertOf({ id: "a", resolved: 30 }));
    expect(acts.open("desk")).toBe(1);
    acts.takeAlert(alertOf({ id: "a", raised: 60 }));
    expect(acts.open("desk")).toBe(2);
  });

  it("are others only where something opens or ends", () => {
    const acts = after({ id: "a" });
    const { revision } = acts;
    expect(revision).toBeGreaterThan(0);
    acts.takeAlert(alertOf({ id: "a", status: "acknowledged" }));
    expect(acts.revision).toBe(revision);
    acts.takeAlert(alertOf({ id: "a", resolved: 30 }));
    expect(acts.revision).toBeGreaterThan(revision);
  });

  it("are from when they were raised last, else from when they were first, or first told", () => {
    const after60 = (first: object) => {
      const acts = new Acts();
      acts.takeAlert({ ...alertOf(), ...first });
      return acts.takeAlert({ ...alertOf(done(60)), ...first })?.minutes;
    };
    const at20 = { at: iso(20) };
    expect(after60({ raised_at: iso(0), reached: { raised: iso(40), resolved: iso(60) } })).toBe(20);
    expect(after60({ raised_at: iso(10), reached: { resolved: iso(60) } })).toBe(50);
    expect(after60({ ...at20, raised_at: "?", reached: { resolved: iso(60) } })).toBe(40);
  });

  it("are known by room and cause", () => {
    const acts = after({ rooms: ["hq/harbour", "hq/lake"] }, { id: "b", cause: "co2" });
    expect([acts.isOpen("hq/harbour", "codec:c"), acts.isOpen("hq/lake", "codec:c")]).toEqual([true, true]);
    expect([acts.isOpen("hq/lake", "co2"), acts.isOpen("hq/pine", "codec:c")]).toEqual([false, false]);
    acts.takeAlert(alertOf({ rooms: ["hq/harbour", "hq/lake"], resolved: 30 }));
    expect([acts.isOpen("hq/harbour", "codec:c"), acts.isOpen("hq/harbour", "co2")]).toEqual([false, true]);
  });

  it("are no rooms that are kept in case, nor what says nothing of when", () => {
    const acts = after({ cause: "standby:acme" });
    acts.takeAlert({ ...alertOf({ id: "b" }), at: "?", raised_at: "?", reached: {} });
    expect([acts.open("host"), acts.open("desk"), acts.revision]).toEqual([0, 0, 0]);
    const { reached: _, ...old } = alertOf({ id: "c" });
    acts.takeAlert(old);
    expect(acts.open("desk")).toBe(1);
  });

  it("end after a day, also where nobody ever says so", () => {
    const acts = after({ id: "gone", raised: 0 });
    acts.takeAlert(alertOf({ id: "b", cause: "power:ups", raised: 24 * 60 }));
    expect(acts.open("desk")).toBe(1);
    acts.takeAlert(alertOf({ id: "c", cause: "power:ups", raised: 24 * 60 + 30 }));
    expect(acts.open("desk")).toBe(1);
    const { revision } = acts;
    acts.takeAlert(alertOf({ id: "d", cause: "power:ups", raised: 25 * 60 + 1 }));
    expect([acts.open("desk"), acts.open("facilities")]).toEqual([0, 3]);
    expect(acts.revision).toBe(revision + 2);
    expect(acts.isOpen("hq/harbour", "codec:c")).toBe(false);
    // A day after the newest word, also where that is on a call of long ago.
    const old = after({ id: "gone", raised: 0 });
    old.takeAlert(alertOf({ id: "b", cause: "power:ups", raised: 60, now: 25 * 60 + 1 }));
    expect(old.open("desk")).toBe(0);
  });
});

describe("a repair", () => {
  const mended = (word: Word, ...before: Word[]) => after(...before).takeAlert(alertOf(word));

  it("is told once a person says that it is done: how long after the call, with how many others open then", () => {
    const others = [{ id: "x" }, { id: "y", cause: "display:p" }, { id: "z", cause: "power:ups" }];
    expect(mended(done(30), ...others, {})).toEqual({ cause: "codec:c", minutes: 30, queue: 2 });
    expect(mended({ raised: 60, ...done(90) }, { raised: 60 })).toEqual({ cause: "codec:c", minutes: 30, queue: 0 });
  });

  it("is none where the room said so itself, where it was not open, or is still", () => {
    expect(mended({ resolved: 30, history: [did("resolved", 30)] }, {})).toBeUndefined();
    expect(mended({ resolved: 30, history: [did("acknowledged", 5, "priya")] }, {})).toBeUndefined();
    expect(mended(done(30))).toBeUndefined();
    expect(mended(done(30), {}, done(30))).toBeUndefined();
    expect(mended({ status: "acknowledged", history: [did("resolved", 5, "priya")] }, {})).toBeUndefined();
    expect(mended({ raised: 10, ...done(30) }, {})).toBeUndefined();
  });

  it("is none where nothing was wrong", () => {
    const found = (reply: object) => {
      const acts = after({});
      acts.takeReply("a", { at: iso(29), by: "priya", ...reply } as never);
      acts.takeReply("unknown", { at: iso(29), by: "priya", ...reply } as never);
      return acts.takeAlert(alertOf(done(30)));
    };
    expect(found({ reply: "resolve", found: "nothing_wrong" })).toBeUndefined();
    for (const reply of [
      { reply: "resolve", found: "mended" },
      { reply: "resolve" },
      { reply: "acknowledge", found: "nothing_wrong" },
    ])
      expect(found(reply)?.minutes).toBe(30);
    const acts = after({});
    acts.takeReply("a", { at: iso(9), by: "priya", reply: "resolve", found: "nothing_wrong" });
    acts.takeReply("a", { at: iso(9), by: "priya", reply: "resolve" });
    expect(acts.takeAlert(alertOf(done(30)))).toBeUndefined();
  });

  it("that is called for anew counts the others, not itself", () => {
    const acts = after({ id: "x" }, {});
    acts.takeAlert(alertOf({ raised: 40 }));
    expect(acts.takeAlert(alertOf({ raised: 40, ...done(60) }))).toMatchObject({ minutes: 20, queue: 1 });
  });
});

describe("what somebody has taken on", () => {
  const taken = (min: number, over: Word = {}): Word => ({ history: [did("acknowledged", min, "priya")], ...over });
  const takenAt = (acts: Acts, cause = "codec:c", since = 0, room = "hq/harbour") =>
    acts.find(room, cause, at(since))?.takenAt;

  it("is known from when a person did, for its room and cause", () => {
    for (const event of ["acknowledged", "assigned", "resolved"] as const)
      expect(takenAt(after({ history: [did(event, 5, "priya")] }))).toBe(at(5));
    expect(takenAt(after({ history: [did("snoozed", 5, "priya")] }))).toBeUndefined();
    expect(takenAt(after({ history: [did("acknowledged", 5)] }))).toBeUndefined();
    expect(takenAt(after({}))).toBeUndefined();
    expect(takenAt(after(taken(5)), "co2")).toBeUndefined();
    expect(takenAt(after(taken(5)), "codec:c", 0, "hq/lake")).toBeUndefined();
  });

  it("is that of this call, not of an earlier one", () => {
    const history = [did("acknowledged", 5, "priya"), did("acknowledged", 65, "tom")];
    expect(takenAt(after({ raised: 60, history }))).toBe(at(65));
    expect(takenAt(after({ raised: 60, history: [did("acknowledged", 60, "tom")] }))).toBe(at(60));
  });

  it("is the first of several, as long as it still worked then", () => {
    const acts = after(taken(20, { id: "late" }), taken(5, { id: "early", resolved: 30 }), taken(10, { id: "mid" }));
    expect([0, 29, 30, 31].map((since) => takenAt(acts, "codec:c", since))).toEqual([at(5), at(5), at(5), at(10)]);
  });

  it("on an air handler works on the climate of its rooms", () => {
    const acts = after(taken(5, { cause: "ahu:2" }));
    expect(["temperature", "co2", "codec:c"].map((cause) => takenAt(acts, cause))).toEqual([at(5), at(5), undefined]);
    expect(takenAt(after(taken(5, { cause: "power:x" })), "temperature")).toBeUndefined();
  });

  it("is remembered for a day after it has ended", () => {
    const later = (min: number) => {
      const acts = after(taken(5, { id: "old", resolved: 30 }));
      acts.takeAlert(alertOf({ id: "new", cause: "co2", raised: min }));
      return takenAt(acts);
    };
    expect([later(30 + 24 * 60), later(31 + 24 * 60)]).toEqual([at(5), undefined]);
  });
});

it("tells what many rooms see at once only once", () => {
  const acts = new Acts();
  expect([acts.isFirst("a"), acts.isFirst("a"), acts.isFirst("b")]).toEqual([true, false, true]);
  for (let i = 0; i < 3_998; i++) acts.isFirst(`x${i}`);
  expect(acts.isFirst("b")).toBe(false);
  acts.isFirst("one too many");
  expect(acts.isFirst("b")).toBe(true);
});

describe("what was found to be nothing", () => {
  const nothing = (min: number): AlertEvent => ({ ...did("resolved", min, "priya"), found: "nothing_wrong" });
  const hot: Word = { cause: "temperature", rooms: ["hq/harbour", "hq/quay"] };

  it("is known of each of its rooms for a day, from the alert's own history: after a restart as well", () => {
    const acts = after({ ...hot, resolved: 30, history: [did("acknowledged", 5, "priya"), nothing(30)] });
    expect(acts.foundNothing("hq/quay", "temperature", at(30))).toBe(at(30));
    expect(acts.foundNothing("hq/quay", "temperature", at(30 + 24 * 60))).toBe(at(30));
    expect(acts.foundNothing("hq/quay", "temperature", at(31 + 24 * 60))).toBeUndefined();
    expect(acts.foundNothing("hq/quay", "temperature", at(29))).toBeUndefined();
    expect(acts.foundNothing("hq/quay", "co2", at(60))).toBeUndefined();
    expect(acts.foundNothing("hq/dock", "temperature", at(60))).toBeUndefined();
  });

  it("is what was found last, and changes forecasts once", () => {
    const acts = after({ ...hot, resolved: 30, history: [nothing(30)] });
    const { revision } = acts;
    acts.takeAlert(alertOf({ ...hot, resolved: 30, history: [nothing(30)] }));
    expect(acts.revision).toBe(revision);
    acts.takeAlert(alertOf({ ...hot, raised: 40, resolved: 90, history: [nothing(30), nothing(90)] }));
    expect(acts.foundNothing("hq/quay", "temperature", at(120))).toBe(at(90));
  });

  it("is nothing where something was mended last", () => {
    const acts = after({ ...hot, resolved: 30, history: [{ ...did("resolved", 30, "priya"), found: "mended" }] });
    expect(acts.foundNothing("hq/quay", "temperature", at(60))).toBeUndefined();
  });
});

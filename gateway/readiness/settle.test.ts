import { expect, it } from "vitest";
import type { Outcome } from "#contract/messages/common.ts";
import { instant, minutes } from "#contract/units.ts";
import { decideSettled, lapsed, type Settled, settlesAt } from "./settle.ts";

const dwell = { enter: minutes(3), leave: minutes(2) };
const at = (minute: number) => instant(minute * 60_000);

/** Takes [minute, outcome] one after the other. */
function settled(...seen: [number, Outcome][]): Settled {
  let state: Settled | undefined;
  for (const [minute, outcome] of seen) {
    const one = { outcome, code: outcome, at: at(minute), dwell };
    state = decideSettled(state, one, at(minute));
  }
  if (state === undefined) throw new Error("nothing seen");
  return state;
}

it("takes the first word as it is", () => {
  expect(settled([0, "not_ready"])).toMatchObject({ outcome: "not_ready", since: at(0), pending: undefined });
});

it("counts the worse after three minutes, since it began", () => {
  expect(settled([0, "ready"], [1, "not_ready"], [3, "not_ready"]).outcome).toBe("ready");
  expect(settled([0, "ready"], [1, "not_ready"], [4, "not_ready"])).toMatchObject({
    outcome: "not_ready",
    since: at(1),
  });
});

it("counts the worse by the clock, too, and says when", () => {
  const state = settled([0, "ready"], [1, "not_ready"]);
  expect(settlesAt(state, dwell)).toBe(at(4));
  const same = { outcome: "not_ready", code: "", at: at(1), dwell } as const;
  expect(decideSettled(state, same, at(4)).outcome).toBe("not_ready");
});

it("counts the better only by evidence", () => {
  const state = settled([0, "not_ready"], [1, "ready"]);
  expect(settlesAt(state, dwell)).toBeUndefined();
  const same = { outcome: "ready", code: "", at: at(1), dwell } as const;
  expect(decideSettled(state, same, at(30)).outcome).toBe("not_ready");
  expect(decideSettled(state, { ...same, at: at(3) }, at(3)).outcome).toBe("ready");
});

it("forgets a blip", () => {
  const state = settled([0, "ready"], [1, "not_ready"], [2, "ready"], [3, "not_ready"], [5, "not_ready"]);
  expect(state.outcome).toBe("ready");
});

it("counts only as much of a change as held throughout", () => {
  const state = settled([0, "ready"], [1, "degraded"], [2, "not_ready"], [4, "not_ready"]);
  expect(state).toMatchObject({ outcome: "degraded", pending: { outcome: "not_ready" } });
});

it("takes the worse at once after a silence, and the better no sooner for it", () => {
  const after = (silence: Outcome, seen: Outcome): Outcome =>
    decideSettled(lapsed(settled([0, silence])), { outcome: seen, code: "", at: at(5), dwell }, at(5)).outcome;
  expect(after("ready", "not_ready")).toBe("not_ready");
  expect(after("not_ready", "ready")).toBe("not_ready");
  expect(settled([0, "ready"], [5, "not_ready"]).outcome).toBe("ready");
});

it("hands back what was, when what is seen changes nothing", () => {
  const state = settled([0, "ready"]);
  expect(decideSettled(state, { outcome: "ready", code: "ready", at: at(1), dwell }, at(1))).toBe(state);
  const changing = settled([0, "ready"], [1, "not_ready"]);
  expect(decideSettled(changing, { outcome: "not_ready", code: "not_ready", at: at(2), dwell }, at(2))).toBe(changing);
});

it("takes a change that is long due in one look, as it would in several", () => {
  const state = settled([0, "ready"], [1, "degraded"]);
  const late = { outcome: "not_ready", code: "", at: at(2), dwell } as const;
  const once = decideSettled(state, late, at(9));
  expect(once.outcome).toBe("not_ready");
  expect(decideSettled(once, late, at(9))).toEqual(once);
});

it("is heard again after a silence by the same word, also while it is on its way to the better", () => {
  const silent = lapsed(settled([0, "not_ready"], [1, "ready"]));
  expect(lapsed(silent)).toBe(silent);
  const heard = decideSettled(silent, { outcome: "ready", code: "ready", at: at(2), dwell }, at(2));
  expect(heard).toMatchObject({ outcome: "not_ready", pending: { since: at(1) } });
  expect(heard.hasLapsed).toBeUndefined();
  expect(settlesAt(settled([0, "ready"]), dwell)).toBeUndefined();
});

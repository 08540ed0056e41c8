import { expect, test } from "vitest";
import type { RoomView } from "#contract/api/views.ts";
import type { DemoReadiness } from "#contract/messages/readiness.ts";
import { hours, later } from "#contract/units.ts";
import { inHours, readinessOf, START } from "../test-server.ts";
import { byPromise, decidePromise, type PromiseFacts } from "./promise.ts";

const view: RoomView = {
  key: "hq/harbour",
  site: "hq",
  room: "harbour",
  name: "Harbour",
  floor: "12",
  zone: "Europe/Berlin",
  seats: 8,
  capabilities: ["display", "video_call"],
  currency: "live",
  outcome: "ready",
  score: 100,
  sentence: "Everything is ready.",
};
const facts = (more: Partial<PromiseFacts> = {}): PromiseFacts => ({
  view,
  readiness: readinessOf(START),
  busy: [],
  track: undefined,
  now: START,
  ...more,
});
const ask = (from: number, needs = {}) => ({ start: inHours(from), end: inHours(from + 1), needs });
const blocked = { ...view, outcome: "not_ready" as const, score: 39, sentence: "Codec not registered for 4 min." };

test("a room that is ready now, with a good record, is a yes for the next hour", () => {
  const answer = decidePromise(ask(0.25), facts({ track: { visits: 42, ready: 41 } }));
  expect(answer).toMatchObject({ answer: "yes", basis: "learned", fits: true, free: true });
  expect(answer.reason).toBe("41 of the last 42 visits started ready.");
});

test("far ahead only the record speaks, and without one it says so and does not say yes", () => {
  const far = decidePromise(ask(24 * 30), facts());
  expect(far).toMatchObject({ answer: "likely", basis: "prior" });
  expect(far.reason).toContain("No visit has started here yet");
  const now = decidePromise(ask(24 * 30), facts({ view: blocked }));
  expect(now.p_ready).toBeCloseTo(far.p_ready, 3);
});

test("what is wrong now weighs the more the nearer the visit is", () => {
  const at = [0.2, 1, 4, 12, 48].map((from) => decidePromise(ask(from), facts({ view: blocked })).p_ready);
  expect(at).toEqual(at.toSorted((a, b) => a - b));
  expect(decidePromise(ask(0.2), facts({ view: blocked }))).toMatchObject({ answer: "no", reason: blocked.sentence });
});

test("a room of which nothing is known right now is never a yes on the strength of its last word", () => {
  const stale = { ...view, currency: "stale" as const };
  const answer = decidePromise(ask(0.2), facts({ view: stale, track: { visits: 100, ready: 100 } }));
  expect(answer.answer).not.toBe("yes");
  expect(answer.reason).toContain("Nothing is known of it right now");
});

test("too few seats and what it cannot do are said first, and are a no", () => {
  expect(decidePromise(ask(1, { people: 9 }), facts())).toMatchObject({
    answer: "no",
    fits: false,
    p_ready: 0,
    reason: "Harbour seats 8; 9 are coming.",
  });
  const needs = { capabilities: ["catering", "display"] };
  expect(decidePromise(ask(1, needs), facts()).reason).toBe("Harbour has no catering.");
});

test("what overlaps is in the way, told in the room's own time; what only touches is not", () => {
  const busy = (from: number, to: number) => [
    { what: "booking" as const, start_ms: later(START, hours(from)), end_ms: later(START, hours(to)) },
  ];
  expect(decidePromise(ask(1), facts({ busy: busy(1.5, 3) }))).toMatchObject({
    answer: "no",
    free: false,
    reason: "It is booked from 14:30 to 16:00.",
  });
  expect(decidePromise(ask(1), facts({ busy: [...busy(0, 1), ...busy(2, 3)] })).free).toBe(true);
});

test("a forecast for about that time counts, with what would have to be done", () => {
  const demo: DemoReadiness = {
    demo: "d1",
    start: inHours(1),
    arrival: inHours(1),
    end: inHours(2),
    status: "at_risk",
    sentence: "Cold.",
    verdict: readinessOf(START).now,
    p_ready: 0.4,
    basis: "learned",
    causes: [
      {
        cause: "temperature",
        checks: ["temperature"],
        sentence: "18 °C",
        p_ready: 0.4,
        act_by: inHours(0.5),
        steps: [{ remedy: "heat", label: "Raise the heating", p50_min: 20, p90_min: 40, act_by: inHours(0.5) }],
      },
    ],
  };
  const answer = decidePromise(ask(1.1), facts({ readiness: readinessOf(START, { demos: [demo] }) }));
  expect(answer).toMatchObject({ answer: "no", basis: "learned", to_do: ["Raise the heating"] });
});

test("better rooms come first: possible, then likely, then not larger than need be", () => {
  const option = (key: string, more: Partial<PromiseFacts>, seats = 8) =>
    decidePromise(ask(1, { people: 4 }), facts({ ...more, view: { ...(more.view ?? view), key, seats } }));
  const busy = [{ what: "visit" as const, start_ms: START, end_ms: later(START, hours(9)) }];
  const options = [
    option("hq/taken", { busy }),
    option("hq/broken", { view: blocked }),
    option("hq/large", {}, 30),
    option("hq/small", {}, 5),
    option("hq/tiny", {}, 2),
  ];
  expect(options.toSorted(byPromise).map(({ room }) => room.key)).toEqual([
    "hq/small",
    "hq/large",
    "hq/broken",
    "hq/tiny",
    "hq/taken",
  ]);
});

test("who is in the room now is no reason against a visit that comes later, and nothing to be done", () => {
  const inUse = { ...view, outcome: "degraded" as const, score: 90, sentence: "In use since 09:35." };
  const check = { check: "unoccupied" as const, outcome: "degraded" as const, hard: false, lost: 10 };
  const at = readinessOf(START).at;
  const checks = [{ ...check, sentence: inUse.sentence, since: at, code: "OCCUPIED" }];
  const readiness = readinessOf(START);
  const used = { ...readiness, now: { ...readiness.now, outcome: "degraded" as const, checks } } as typeof readiness;
  const answer = decidePromise(ask(3), facts({ view: inUse, readiness: used, track: { visits: 9, ready: 8 } }));
  expect(answer).toMatchObject({ reason: "8 of the last 9 visits started ready.", to_do: [] });
});

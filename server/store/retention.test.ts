import { packVerdict } from "./verdicts.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import { hours, instant, type Millis, millis, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { openStore, type Store } from "./open-store.ts";
import { forgetOld, retentionOf } from "./retention.ts";

const days = (n: number): Millis => hours(24 * n);
const START = instant(Date.parse("2026-01-05T09:00:00Z"));
let clock: VirtualClock;
let store: Store;
beforeEach(async () => {
  clock = new VirtualClock(START);
  store = await openStore(":memory:", { clock });
});
afterEach(() => store.close());

const raise = (id: string): Promise<void> =>
  store.alerts.put("hq/harbour", {
    id,
    at: rfc3339(clock.now()),
    raised_at: rfc3339(clock.now()),
    status: "open",
    cause: "temperature",
  } as Alert);
const close = (id: string): Promise<void> => store.alerts.close("hq/harbour", id, clock.now());
const alerts = async (): Promise<string[]> => {
  const all = await store.alerts.raised({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 10_000 });
  return all.map(({ alert }) => alert.id).toSorted((a, b) => a.localeCompare(b));
};
const audited = async (): Promise<string[]> =>
  (await store.audit.recent({ limit: 10_000 })).map(({ subject }) => subject);
const note = (subject: string): Promise<void> => store.audit.add({ actor: "system", action: "test", subject });

test("what is over is remembered for 400 days from its end, and not a moment longer", async () => {
  await raise("short");
  await close("short");
  await raise("long");
  await note("old");
  clock.advance(days(30));
  await close("long");
  await note("newer");
  clock.advance(days(370));
  expect(await forgetOld(store, clock, retentionOf())).toBe(0);
  clock.advance(millis(1));
  expect(await forgetOld(store, clock, retentionOf())).toBe(2);
  expect(await alerts()).toEqual(["long"]);
  expect(await audited()).toEqual(["newer"]);
  clock.advance(days(30));
  expect(await forgetOld(store, clock, retentionOf())).toBe(2);
  expect([await alerts(), await audited()]).toEqual([[], []]);
});

test("an alert that is open is never forgotten", async () => {
  await raise("open");
  clock.advance(days(4_000));
  expect(await forgetOld(store, clock, retentionOf())).toBe(0);
  expect(await alerts()).toEqual(["open"]);
});

test("each has its own limit, and more than one bite is taken", async () => {
  for (let i = 0; i < 1_100; i += 1) {
    await raise(`a${i}`);
    await close(`a${i}`);
  }
  await note("kept");
  clock.advance(days(8));
  expect(await forgetOld(store, clock, retentionOf({ alerts_days: 7, audit_days: 30 }))).toBe(1_100);
  expect([await alerts(), await audited()]).toEqual([[], ["kept"]]);
});

test("how rooms were judged is remembered for 30 days, and for as long somebody is known to have watched", async () => {
  const judge = (): Promise<void> =>
    store.verdicts.addAll([
      packVerdict({
        site: "hq",
        room: "harbour",
        at_ms: clock.now(),
        outcome: "ready",
        score: 100,
        sentence: "Everything is ready.",
        currency: "live",
        verdict: undefined,
        visits: [],
      }),
    ]);
  await judge();
  await store.verdicts.watch({ from_ms: START, to_ms: START });
  clock.advance(days(10));
  await judge();
  clock.advance(millis(days(20) + 1));
  expect(await forgetOld(store, clock, retentionOf())).toBe(1);
  const all = { from_ms: 0, to_ms: clock.now() };
  expect((await store.verdicts.within("hq", "harbour", all, 10)).map(({ at_ms }) => at_ms)).toEqual([START + days(10)]);
  expect(await store.verdicts.watched(all)).toEqual([]);
});

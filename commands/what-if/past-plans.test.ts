import { afterEach, beforeEach, expect, test } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import { hours, type Instant, instant, later, minutes, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { demoDraft } from "#server/planning/demo-draft.ts";
import { moveDemo } from "#server/planning/move-demo.ts";
import { TemplateRules } from "#server/planning/template-rules.ts";
import { openStore, type Store } from "#server/store/open-store.ts";
import { PastPlans, repliesOf } from "./past-plans.ts";

const START = instant(Date.parse("2026-11-24T06:00:00Z"));
const at = (hour: number): Instant => later(START, hours(hour));
let store: Store;
let clock: VirtualClock;
beforeEach(async () => {
  clock = new VirtualClock(START);
  store = await openStore(":memory:", { clock });
  const card = { name: "Room", floor: "1", zone: "UTC", seats: 8, capabilities: [], devices: [] };
  for (const room of ["a", "b"]) await store.rooms.put("hq", room, card);
});
afterEach(() => store.close());

/** What the wire would say is planned at an instant, by room. */
async function plannedAt(plans: PastPlans, now: Instant): Promise<string[]> {
  const words = await plans.due(now);
  return words.flatMap(({ kind, address, payload }) =>
    kind === "demos"
      ? (payload as { demos: { title: string }[] }).demos.map(({ title }) => `${address.room} ${title}`)
      : [],
  );
}

test("a visit that was moved is where it was then; its plan is told anew when the move comes", async () => {
  const context = { source: "api", rooms: { has: () => true }, templates: new TemplateRules([]) };
  const input = { room: "hq/a", title: "Acme", start: rfc3339(at(6)), end: rfc3339(at(7)) };
  const { id } = await store.demos.add({ ...demoDraft(input, context), id: "acme" });
  clock.advanceTo(at(2));
  await moveDemo(store, id, "hq/b");
  await store.audit.add({
    actor: "x",
    action: "demo.move",
    subject: id,
    detail: { from: "hq/a", to: "hq/b" },
  });
  const plans = await PastPlans.of(store, "hq");
  expect(await plannedAt(plans, at(1))).toEqual(["a Acme"]);
  expect(plans.next).toBe(at(2));
  expect(await plannedAt(plans, at(1.5))).toEqual([]);
  expect(await plannedAt(plans, at(2))).toEqual(["b Acme"]);
});

test("of a visit that nobody had entered yet nothing is said", async () => {
  // A version-7 UUID tells the real moment of its making: the visit lies after it.
  const made = Math.floor(performance.timeOrigin + performance.now());
  const context = { source: "api", rooms: { has: () => true }, templates: new TemplateRules([]) };
  const soon = instant(made + hours(3));
  const input = { room: "hq/a", title: "Acme", start: rfc3339(soon), end: rfc3339(later(soon, hours(1))) };
  await store.demos.add(demoDraft(input, context));
  const plans = await PastPlans.of(store, "hq");
  expect(await plannedAt(plans, instant(made - hours(1)))).toEqual([]);
  expect(await plannedAt(plans, instant(made + minutes(1)))).toEqual(["a Acme"]);
});

test("what people answered then is answered again, in order; what the program noted itself is not", () => {
  const alert = {
    id: "a1",
    assignee: "Wei",
    history: [
      { at: rfc3339(at(2)), event: "resolved", note: "the cause is gone" },
      { at: rfc3339(at(1)), event: "assigned", by: "Priya" },
      { at: rfc3339(at(0)), event: "raised" },
      { at: rfc3339(at(0.5)), event: "acknowledged", by: "Priya" },
    ],
  } as Partial<Alert> as Alert;
  const replies = repliesOf([{ key: "hq/a", alert }]).map(({ at: when, room, id, reply }) => [
    when,
    room,
    id,
    reply.reply,
  ]);
  expect(replies).toEqual([
    [at(0.5), "a", "a1", "acknowledge"],
    [at(1), "a", "a1", "assign"],
  ]);
});

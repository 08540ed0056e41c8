import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import type { Command } from "#contract/messages/edge.ts";
import { minutes, rfc3339, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { publish } from "#contract/wire.ts";
import { Planner } from "../planning/planner.ts";
import { WirePublisher } from "../planning/wire-publisher.ts";
import { loadSiteSeed } from "../planning/site-seed.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { cardOf, seedOf, SITE, START } from "../test-server.ts";
import { type Asked, CommandDesk } from "./command-desk.ts";

/** A desk that can be killed and started again over what the store has. */
let clock: VirtualClock;
let store: Store;
let planner: Planner;
let broker: MemoryBroker;
let desk: CommandDesk;
let said: Command[];
const stops: (() => Promise<void> | void)[] = [];

const startDesk = async (): Promise<void> => {
  desk = new CommandDesk({ bus: new MemoryBus(broker), clock, log: silentLog, store, planner });
  await desk.start();
};
beforeEach(async () => {
  clock = new VirtualClock(START);
  store = await openStore(":memory:", { clock });
  broker = new MemoryBroker();
  const publisher = new WirePublisher(new MemoryBus(broker), clock, silentLog);
  planner = new Planner({ store, publisher, clock, log: silentLog });
  stops.push(
    () => store.close(),
    () => publisher.stop(),
    () => planner.stop(),
  );
  const card = cardOf("Harbour", { devices: [{ device: "display", name: "Display", kind: "display", control: true }] });
  await loadSiteSeed(store, seedOf({ rooms: [{ room: "harbour", card }], demos: [] }));
  await planner.changed();
  said = [];
  await new MemoryBus(broker).subscribe("greenroom/v1/hq/harbour/+/command", ({ payload }) =>
    said.push(JSON.parse(Buffer.from(payload).toString()) as Command),
  );
  await startDesk();
});
afterEach(async () => {
  await desk.stop();
  for (const stop of stops.splice(0).toReversed()) await stop();
});

const asked = (more: Partial<Asked> = {}): Asked => ({
  site: SITE,
  room: "harbour",
  device: "display",
  command: "power_on",
  by: "Fay",
  actor: "fay",
  address: "127.0.0.1",
  id: "n1",
  ...more,
});
const answer = (id: string, ok = true): Promise<void> =>
  publish(
    new MemoryBus(broker),
    "result",
    { site: SITE, room: "harbour", device: "display" },
    { id, at: rfc3339(clock.now()), ok },
  );
const state = async (id: string): Promise<string> => (await desk.view(SITE, "harbour", id)).state;
const noted = async (): Promise<string[]> =>
  (await store.audit.recent({ limit: 20 })).map(({ action }) => action).toReversed();

test("a command that waits is said again by the next desk, under its id and with its deadline, and its answer counts", async () => {
  const { id, deadline } = await desk.give(asked());
  await desk.stop();
  clock.advance(seconds(40));
  expect(said).toHaveLength(1);
  await startDesk();
  expect(said.map((command) => [command.id, command.deadline])).toEqual([
    [id, deadline],
    [id, deadline],
  ]);
  expect(await state(id)).toBe("asked");
  await answer(id);
  await answer(id, false);
  await expect.poll(() => state(id)).toBe("done");
  clock.advance(minutes(5));
  expect(said).toHaveLength(2);
  expect(await noted()).toEqual(["device.power_on", "device.done"]);
});

test("sent again after a restart it is the same command, answered or not", async () => {
  const first = await desk.give(asked());
  await desk.stop();
  await startDesk();
  expect((await desk.give(asked())).id).toBe(first.id);
  await answer(first.id);
  await expect.poll(() => state(first.id)).toBe("done");
  await desk.stop();
  await startDesk();
  expect(await desk.give(asked())).toMatchObject({ id: first.id, state: "done" });
  expect(said).toHaveLength(2);
  await expect(desk.give(asked({ command: "power_off" }))).rejects.toMatchObject({ code: "CONFLICT" });
});

test("sent twice at once it is noted and said once", async () => {
  const [one, two] = await Promise.all([desk.give(asked()), desk.give(asked())]);
  expect([one.id, said.length, await noted()]).toEqual([two.id, 1, ["device.power_on"]]);
});

test("what a desk finds beyond its deadline is never said again: nobody answered", async () => {
  const { id } = await desk.give(asked());
  await desk.stop();
  clock.advance(minutes(3));
  await startDesk();
  await expect.poll(() => state(id)).toBe("unanswered");
  await answer(id);
  expect([await state(id), said.length]).toEqual(["unanswered", 1]);
  expect(await noted()).toEqual(["device.power_on", "device.unanswered"]);
});

import { afterEach, describe, expect, test } from "vitest";
import type { Bus, Message } from "./bus.ts";

/** What an adapter's test hands in: buses of one wire, and how this wire can be broken where it can. */
export interface BusHarness {
  /** A new party on the wire. Topics under `greenroom/v1/hq/` are free for the suite. */
  open(): Promise<Bus>;
  close(): Promise<void>;
  /** Cuts every link until the returned function is called; absent where there is no link to cut. */
  cut?(): Promise<() => Promise<void>>;
}

const PATIENCE_MS = 8_000;

/** Waits until a claim holds; fails with what it was told last. */
export async function eventually(claim: () => boolean, what: string | (() => string)): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!claim()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${typeof what === "string" ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const text = (message: Message): string => new TextDecoder().decode(message.payload);

/** Collects what a filter brings. */
async function collect(bus: Bus, filter: string): Promise<{ got: string[]; stop: () => Promise<void> }> {
  const got: string[] = [];
  const stop = await bus.subscribe(filter, (message) =>
    got.push(`${message.retained ? "kept " : ""}${message.topic.slice("greenroom/v1/hq/".length)}=${text(message)}`),
  );
  return { got, stop };
}

const at = (path: string): string => `greenroom/v1/hq/${path}`;
const keep = { qos: 1, retain: true } as const;
const once = { qos: 1 } as const;

/** The one suite that every `Bus` passes. */
export function describeBus(name: string, make: () => Promise<BusHarness>): void {
  describe(`bus: ${name}`, () => {
    let harness: BusHarness | undefined;
    const start = async (): Promise<BusHarness> => (harness = await make());
    afterEach(async () => {
      await harness?.close();
      harness = undefined;
    });

    test("a message reaches those whose filter matches, and nobody else", async () => {
      const wire = await start();
      const [one, two] = [await wire.open(), await wire.open()];
      const exact = await collect(two, at("atrium/codec/command"));
      const any = await collect(two, at("+/codec/command"));
      const all = await collect(one, at("#"));
      const other = await collect(one, at("studio/codec/command"));
      await one.publish(at("atrium/codec/command"), "1", once);
      await one.publish(at("atrium/codec/command"), new TextEncoder().encode("2"), { qos: 0 });
      await one.publish(at("atrium/screen/command"), "3", once);
      await eventually(() => all.got.length === 3 && exact.got.length === 2 && any.got.length === 2, "three messages");
      expect(exact.got).toEqual(["atrium/codec/command=1", "atrium/codec/command=2"]);
      expect(any.got).toEqual(exact.got);
      expect(other.got).toEqual([]);
    });

    test("overlapping filters of one party: each handler gets each message once", async () => {
      const wire = await start();
      const [one, two] = [await wire.open(), await wire.open()];
      await one.publish(at("atrium/card"), "kept", keep);
      const wide = await collect(two, at("#"));
      await two.settled();
      const narrow = await collect(two, at("atrium/+"));
      const same = await collect(two, at("atrium/+"));
      await two.settled();
      await one.publish(at("atrium/card"), "new", keep);
      await eventually(() => [wide, narrow, same].every(({ got }) => got.length >= 2), "the new card");
      await two.settled();
      for (const { got } of [wide, narrow, same]) expect(got).toEqual(["kept atrium/card=kept", "atrium/card=new"]);
    });

    test("retained messages come first, marked, and once settled all of them have come", async () => {
      const wire = await start();
      const [one, two] = [await wire.open(), await wire.open()];
      const topics = Array.from({ length: 300 }, (_, i) => at(`room-${i}/card`));
      await Promise.all(topics.map((topic, i) => one.publish(topic, `card ${i}`, keep)));
      await one.publish(at("room-7/codec/reading"), "not kept", once);
      const { got } = await collect(two, at("+/card"));
      await two.settled();
      expect(got.toSorted()).toEqual(topics.map((_, i) => `kept room-${i}/card=card ${i}`).toSorted());
      await one.publish(topics[0] as string, "news", keep);
      await eventually(() => got.length === 301, "the change");
      expect(got.at(-1)).toBe("room-0/card=news");
    });

    test("an empty retained payload is told to subscribers and then is gone", async () => {
      const wire = await start();
      const [one, two] = [await wire.open(), await wire.open()];
      const { got } = await collect(two, at("atrium/alerts/+"));
      await one.publish(at("atrium/alerts/a1"), "open", keep);
      await one.publish(at("atrium/alerts/a1"), "", keep);
      await eventually(
        () => got.length === 2,
        () => String(got),
      );
      expect(got).toEqual(["atrium/alerts/a1=open", "atrium/alerts/a1="]);
      const three = await wire.open();
      const late = await collect(three, at("atrium/alerts/+"));
      await three.settled();
      expect(late.got).toEqual([]);
    });

    test("messages of one party keep their order, whatever their quality and retention", async () => {
      const wire = await start();
      const [one, two] = [await wire.open(), await wire.open()];
      const { got } = await collect(two, at("atrium/#"));
      const sent: string[] = [];
      for (let i = 0; i < 500; i++) {
        const topic = i % 3 === 0 ? "atrium/memory" : "atrium/codec/reading";
        sent.push(`${topic}=${i}`);
        void one.publish(at(topic), String(i), { qos: 1, retain: i % 3 === 0 });
      }
      await eventually(
        () => got.length >= sent.length,
        () => `${got.length} of ${sent.length}`,
      );
      expect(got).toEqual(sent);
    });

    test("a handler that throws disturbs nobody", async () => {
      const wire = await start();
      const bus = await wire.open();
      let calls = 0;
      await bus.subscribe(at("atrium/codec/reading"), () => {
        calls += 1;
        throw new Error("a defect");
      });
      const { got } = await collect(bus, at("atrium/codec/reading"));
      await bus.publish(at("atrium/codec/reading"), "1", once).catch(() => {});
      await bus.publish(at("atrium/codec/reading"), "2", once).catch(() => {});
      await eventually(
        () => got.length === 2 && calls === 2,
        () => `${got.length} and ${calls}`,
      );
    });

    test("a handler may publish and subscribe: its messages come after the one it handles", async () => {
      const wire = await start();
      const bus = await wire.open();
      const order: string[] = [];
      await bus.subscribe(at("atrium/codec/reading"), (message) => {
        order.push(`reading ${text(message)}`);
        void bus.publish(at("atrium/readiness"), `after ${text(message)}`, once);
        order.push("handled");
      });
      await bus.subscribe(at("atrium/readiness"), (message) => order.push(text(message)));
      await bus.publish(at("atrium/codec/reading"), "1", once);
      await eventually(
        () => order.length === 3,
        () => String(order),
      );
      expect(order).toEqual(["reading 1", "handled", "after 1"]);
    });

    test("after unsubscribing nothing comes, and other handlers of the filter stay", async () => {
      const wire = await start();
      const bus = await wire.open();
      const gone = await collect(bus, at("atrium/card"));
      const stays = await collect(bus, at("atrium/card"));
      await gone.stop();
      await gone.stop();
      await bus.publish(at("atrium/card"), "1", once);
      await eventually(() => stays.got.length === 1, "the one that stays");
      await stays.stop();
      await bus.publish(at("atrium/card"), "2", once);
      await bus.settled();
      expect([gone.got, stays.got]).toEqual([[], ["atrium/card=1"]]);
    });

    test("closing is safe twice, and ends its subscriptions only", async () => {
      const wire = await start();
      const [one, two] = [await wire.open(), await wire.open()];
      const gone = await collect(one, at("#"));
      const stays = await collect(two, at("#"));
      await one.close();
      await one.close();
      await two.publish(at("atrium/card"), "1", once);
      await eventually(() => stays.got.length === 1, "the other party");
      expect(gone.got).toEqual([]);
    });

    test("a link that is cut is told, refuses at once, and comes back with its subscriptions", async (context) => {
      const wire = await start();
      context.skip(wire.cut === undefined, "there is no link to cut");
      if (wire.cut === undefined) return;
      const [one, two] = [await wire.open(), await wire.open()];
      await eventually(() => one.connected && two.connected, "both links");
      const changes: boolean[] = [];
      one.onLink((isUp) => changes.push(isUp));
      const { got } = await collect(one, at("+/card"));
      await two.publish(at("atrium/card"), "1", once);
      await eventually(() => got.length === 1, "the first");
      const mend = await wire.cut();
      await eventually(() => !one.connected && !two.connected, "both links gone");
      await expect(two.publish(at("atrium/card"), "lost", once)).rejects.toMatchObject({ code: "LINK_DOWN" });
      await mend();
      await eventually(() => one.connected && two.connected, "both links back");
      await two.publish(at("atrium/card"), "2", once);
      await eventually(
        () => got.length === 2,
        () => String(got),
      );
      expect(got).toEqual(["atrium/card=1", "atrium/card=2"]);
      expect(changes).toEqual([false, true]);
    });
  });
}

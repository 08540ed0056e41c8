import { describe, expect, it } from "vitest";
import { demoAt, DeskStory, settle } from "./desk-fixture.ts";
import { FakeNotifier, type Sent } from "./fake-notifier.ts";

const cold = { troubles: { acme: [{}] } };

/** A channel that takes its time: a message arrives when the test says so. */
class SlowNotifier extends FakeNotifier {
  arrive: () => void = () => {};
  override send(contact: { id: string }, notice: Sent["notice"]): Promise<void> {
    this.tried.push(notice.key);
    return new Promise((resolve) => {
      this.arrive = () => {
        this.sent.push({ contact: contact.id, notice });
        resolve();
      };
    });
  }
}
const states = (s: DeskStory): string[] => s.alert().notifications.map(({ state }) => state);

/** How many timers are running. */
function timersOf({ clock }: DeskStory): () => number {
  const running = new Set<object>();
  const after = clock.after.bind(clock);
  clock.after = (delay, task) => {
    const timer = {};
    running.add(timer);
    const cancel = after(delay, () => {
      running.delete(timer);
      task();
    });
    return () => {
      running.delete(timer);
      cancel();
    };
  };
  return () => running.size;
}

/** Begins to stop; whether it has. */
function stopping(s: DeskStory): () => boolean {
  let hasStopped = false;
  void s.desk.stop().then(() => (hasStopped = true));
  return () => hasStopped;
}

describe("a desk that stops", () => {
  it("hears nothing, says nothing and waits for nothing from then on", async () => {
    const s = new DeskStory("12:50");
    const timers = timersOf(s);
    await s.judge(cold);
    expect(timers()).toBeGreaterThan(0);
    const alert = structuredClone(s.alert());
    const told = s.wire.length;
    await s.desk.stop();
    expect(timers()).toBe(0);
    await s.judge({ demos: [] });
    await s.reply({ reply: "acknowledge" }, alert.id);
    s.desk.restore("hq/lake", { ...alert, id: "other", cause: "co2" });
    await s.until("15:30");
    expect(s.wire).toHaveLength(told);
    expect(s.told()).toEqual(["raised→owner"]);
    expect(s.desk.stats()).toMatchObject({ open: 1, replies_total: 0 });
  });

  it("waits for a message on its way, and until the wire says what became of it", async () => {
    const notifier = new SlowNotifier();
    const s = new DeskStory("12:50", { notifier });
    const timers = timersOf(s);
    await s.judge(cold);
    const hasStopped = stopping(s);
    await settle();
    expect(hasStopped()).toBe(false);
    const wire = Promise.withResolvers<void>();
    s.wireAnswers = wire.promise;
    notifier.arrive();
    await settle();
    expect([hasStopped(), states(s)]).toEqual([false, ["sending"]]);
    wire.resolve();
    await settle();
    expect([hasStopped(), states(s)]).toEqual([true, ["sent"]]);
    expect(timers()).toBe(0);
  });

  it("gives up after five seconds where a message or the wire does not come to an end", async () => {
    const hanging = new DeskStory("12:50", { notifier: new SlowNotifier() });
    await hanging.judge(cold);
    const deaf = new DeskStory("12:50");
    deaf.wireAnswers = new Promise(() => {});
    await deaf.judge(cold);
    for (const s of [hanging, deaf]) {
      const hasStopped = stopping(s);
      await s.until("12:50:04");
      expect(hasStopped()).toBe(false);
      await s.until("12:50:05");
      expect(hasStopped()).toBe(true);
    }
  });

  it("sends nothing that the wire lets go only then; the next desk does, once", async () => {
    const s = new DeskStory("12:50");
    const wire = Promise.withResolvers<void>();
    s.wireAnswers = wire.promise;
    await s.judge(cold);
    const hasStopped = stopping(s);
    wire.resolve();
    await settle();
    expect([hasStopped(), s.notifier.tried]).toEqual([true, []]);
    expect(s.alert().notifications).toMatchObject([{ state: "failed", error: "the gateway stopped before it left" }]);
    await s.restart();
    await s.judge(cold);
    expect(s.told()).toEqual(["raised→owner"]);
  });
});

describe("a message that is on its way for long", () => {
  it("tells also those whom it reached only after it was over that it is over", async () => {
    const notifier = new SlowNotifier();
    const s = new DeskStory("12:50", { notifier });
    await s.judge(cold);
    const { arrive } = notifier;
    await s.judge({ demos: [] });
    await s.until("12:52");
    expect(notifier.tried).toHaveLength(1);
    arrive();
    await settle();
    notifier.arrive();
    await settle();
    expect(s.told()).toEqual(["raised→owner", "resolved→owner"]);
  });

  it("is counted when it ends after its alert has left the wire, and brings nothing back", async () => {
    const notifier = new SlowNotifier();
    const s = new DeskStory("12:50", { notifier });
    const short = { demos: [demoAt("acme", "13:00", "13:05")], troubles: { acme: [{ actBy: "12:55" }] } };
    await s.judge(short);
    const { arrive } = notifier;
    await s.judge({ demos: [] });
    await s.until("13:30");
    expect(s.alerts()).toEqual([]);
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    arrive();
    await s.until("13:40");
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    expect(s.desk.stats()).toMatchObject({ messages_sent_total: 1, open: 0, resolved: 0 });
    expect(s.alerts()).toEqual([]);
    expect(s.clock.nextDue).toBeUndefined();
  });
});

describe("a room that is taken away", () => {
  it("leaves a cause that it shares to the other rooms", async () => {
    const s = new DeskStory("12:50");
    for (const room of ["one", "two"]) {
      const demos = [demoAt(room, "14:00", "15:00")];
      await s.judge({ room, demos, troubles: { [room]: [{ cause: "agent:pi-3" }] } });
    }
    s.desk.forget("hq", "one");
    await s.until("12:58");
    expect(s.alert()).toMatchObject({ status: "open", rooms: ["hq/two"] });
    s.desk.forget("hq", "two");
    expect(s.desk.stats()).toMatchObject({ open: 0, resolved: 1 });
  });
});

import { describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import type { Alert } from "#contract/messages/alert.ts";
import { later, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { AlertWriter } from "./alert-writer.ts";
import { clockTime, settle } from "./desk-fixture.ts";

const alert = (title: string): Alert => ({ id: "a", title }) as unknown as Alert;

/** A wire whose answers are given by hand. */
function wire() {
  const clock = new VirtualClock(clockTime("12:00"));
  const said: string[] = [];
  const answers: { ok(): void; fail(): void }[] = [];
  const ask = (what: string): Promise<void> => {
    said.push(what);
    return new Promise((resolve, reject) => {
      answers.push({ ok: resolve, fail: () => reject(new Error("link down")) });
    });
  };
  const logged: string[] = [];
  const note = (fields: object, text: string): void => void logged.push(`${text} ${JSON.stringify(fields)}`);
  const writer = new AlertWriter({
    clock,
    log: { ...silentLog, info: note, warn: note },
    publish: (_, { title }) => ask(title),
    remove: () => ask("removed"),
  });
  return { clock, writer, said, answers, logged };
}

describe("putting alerts on the wire", () => {
  it("one at a time, the newest state wins, durable when that is", async () => {
    const { writer, said, answers } = wire();
    writer.put("hq/a", alert("1"));
    writer.put("hq/a", alert("2"));
    writer.put("hq/a", alert("3"));
    let isDurable = false;
    const durable = writer.durable("a").then(() => (isDurable = true));
    expect(said).toEqual(["1"]);
    answers[0]?.ok();
    await settle();
    expect([said, isDurable]).toEqual([["1", "3"], false]);
    answers[1]?.ok();
    await durable;
    expect(writer.waiting).toBe(0);
    await writer.durable("a");
  });

  it("tries again after a second, then two, and what is removed meanwhile stays removed", async () => {
    const { clock, writer, said, answers } = wire();
    writer.put("hq/a", alert("1"));
    answers[0]?.fail();
    await settle();
    writer.put("hq/a", alert("2"));
    expect(said).toEqual(["1"]);
    await clock.advanceToSettled(clockTime("12:00:01"));
    expect(said).toEqual(["1", "2"]);
    answers[1]?.fail();
    await settle();
    writer.remove("hq/a", "a");
    await clock.advanceToSettled(clockTime("12:00:03"));
    answers[2]?.ok();
    await settle();
    expect(said).toEqual(["1", "2", "removed"]);
    expect(writer.waiting).toBe(0);
  });

  it("stops, however often it is told to, once the wire has answered; whoever waits is told no", async () => {
    const { writer, said, answers } = wire();
    writer.put("hq/a", alert("1"));
    const outcome = writer.durable("a").then(
      () => "durable",
      () => "refused",
    );
    const stopping = Promise.all([writer.stop(), writer.stop()]);
    answers[0]?.fail();
    await stopping;
    expect(await outcome).toBe("refused");
    await writer.stop();
    expect(said).toEqual(["1"]);
  });

  it("has a state durable that another has followed: whoever waited for the first need not wait for the second", async () => {
    const { writer, answers } = wire();
    writer.put("hq/a", alert("1"));
    const durable: string[] = [];
    const first = writer.durable("a").then(() => durable.push("1"));
    writer.put("hq/a", alert("2"));
    const second = writer.durable("a").then(() => durable.push("2"));
    answers[0]?.ok();
    await first;
    await settle();
    expect(durable).toEqual(["1"]);
    answers[1]?.ok();
    await second;
    expect(durable).toEqual(["1", "2"]);
  });

  it("keeps whoever waits waiting while the wire is away, and says once that it is and once that it is back", async () => {
    const { clock, writer, answers, logged } = wire();
    const trouble = 'alert cannot be put on the wire {"alert":"a","error":"link down"}';
    writer.put("hq/a", alert("1"));
    let isDurable = false;
    void writer.durable("a").then(() => (isDurable = true));
    for (const [i, time] of ["12:00:01", "12:00:03", "12:00:07"].entries()) {
      answers[i]?.fail();
      await settle();
      await clock.advanceToSettled(clockTime(time));
      expect([logged, isDurable, answers.length]).toEqual([[trouble], false, i + 2]);
    }
    answers[3]?.ok();
    await settle();
    expect([logged, isDurable]).toEqual([[trouble, 'alert is on the wire again {"alert":"a"}'], true]);
    writer.put("hq/a", alert("2"));
    answers[4]?.ok();
    await settle();
    expect(logged).toHaveLength(2);
  });

  it("waits a minute at most between two attempts", async () => {
    const { clock, writer, said, answers } = wire();
    writer.put("hq/a", alert("1"));
    for (let i = 0; i < 20; i++) {
      answers[i]?.fail();
      await settle();
      const before = said.length;
      await clock.advanceToSettled(later(clock.now(), seconds(i < 6 ? 2 ** i : 60)));
      expect(said).toHaveLength(before + 1);
    }
  });
});

describe("stopping to put alerts on the wire", () => {
  it("waits for what is on its way, and for what has to be tried once more", async () => {
    const { writer, said, answers } = wire();
    writer.put("hq/a", alert("1"));
    writer.put("hq/b", { ...alert("other"), id: "b" });
    answers[1]?.fail();
    await settle();
    let isStopped = false;
    const stopping = writer.stop().then(() => (isStopped = true));
    await settle();
    expect([said, isStopped]).toEqual([["1", "other", "other"], false]);
    answers[0]?.ok();
    await settle();
    expect(isStopped).toBe(false);
    answers[2]?.ok();
    await stopping;
    expect(writer.waiting).toBe(0);
  });

  it("is the end: no attempt that was still to come is made", async () => {
    const { clock, writer, said, answers } = wire();
    writer.put("hq/a", alert("1"));
    answers[0]?.fail();
    await settle();
    const stopping = writer.stop();
    answers[1]?.ok();
    await stopping;
    await clock.advanceToSettled(clockTime("13:00"));
    expect(said).toEqual(["1", "1"]);
  });

  it("tells whoever waits why, and has nothing to wait for where nothing is to be written", async () => {
    const { writer, answers } = wire();
    writer.put("hq/a", alert("1"));
    const durable = writer.durable("a");
    const stopping = writer.stop();
    answers[0]?.fail();
    await expect(durable).rejects.toThrow("stopped before it was durable");
    await stopping;
    await wire().writer.stop();
  });
});

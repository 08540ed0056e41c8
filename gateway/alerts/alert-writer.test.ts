import { describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import type { Alert } from "#contract/messages/alert.ts";
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
  const writer = new AlertWriter({
    clock,
    log: silentLog,
    publish: (_, { title }) => ask(title),
    remove: () => ask("removed"),
  });
  return { clock, writer, said, answers };
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
});

import { describe, expect, it } from "vitest";
import type { Message } from "#contract/bus.ts";
import { silentLog } from "#contract/log.ts";
import type { Command, CommandResult } from "#contract/messages/edge.ts";
import { instant, minutes, rfc3339, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import type { Obeyed, Order } from "./drivers/driver.ts";
import { Orders } from "./orders.ts";

const START = instant(Date.UTC(2026, 10, 23, 9));
const TOPIC = "greenroom/v1/hq/harbour/proj/command";

/** An agent with one device that takes a minute for everything. */
class OrdersStory {
  readonly clock = new VirtualClock(START);
  readonly given: Order[] = [];
  readonly answers: CommandResult[] = [];
  isLinked = true;
  fails: Error | undefined;
  readonly orders = new Orders({
    clock: this.clock,
    log: silentLog,
    deviceOf: (room, device) => (room === "harbour" && device === "proj" ? { obey: this.#obey } : undefined),
    answer: (_room, _device, result) => {
      if (!this.isLinked) return Promise.reject(new Error("no link"));
      this.answers.push(result);
      return Promise.resolve();
    },
  });

  readonly #obey = (order: Order, signal: AbortSignal): Promise<Obeyed> => {
    this.given.push(order);
    if (this.fails !== undefined) return Promise.reject(this.fails);
    return new Promise((resolve) => {
      this.clock.after(minutes(1), () => resolve({ ok: true }));
      signal.addEventListener("abort", () => resolve({ ok: false, code: "WAKE_FAILED" }));
    });
  };

  command(over: Partial<Command> = {}, message: Partial<Message> = {}): void {
    const at = rfc3339(this.clock.now());
    const deadline = rfc3339(instant(this.clock.now() + minutes(5)));
    const command: Command = { id: "one", at, deadline, command: "preflight", by: "gateway", ...over };
    this.orders.take({ topic: TOPIC, payload: Buffer.from(JSON.stringify(command)), retained: false, ...message });
  }

  async passes(span = seconds(90)): Promise<void> {
    await this.clock.advanceToSettled(instant(this.clock.now() + span));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("a command", () => {
  it("is done once, and answered each time it comes", async () => {
    const s = new OrdersStory();
    s.command();
    s.command();
    await s.passes();
    expect(s.given).toEqual([{ command: "preflight", input: undefined }]);
    expect(s.answers).toMatchObject([{ id: "one", ok: true }]);
    s.command();
    await s.passes();
    expect(s.given).toHaveLength(1);
    expect(s.answers).toHaveLength(2);
  });

  it("whose answer was lost is answered when it comes again, and not done again", async () => {
    const s = new OrdersStory();
    s.isLinked = false;
    s.command();
    await s.passes();
    s.isLinked = true;
    s.command();
    await s.passes();
    expect([s.given.length, s.answers.length]).toEqual([1, 1]);
  });

  it("ends by its deadline, and is not begun after it", async () => {
    const s = new OrdersStory();
    s.command({ deadline: rfc3339(instant(START + seconds(30))) });
    await s.passes(seconds(31));
    expect(s.answers).toMatchObject([{ ok: false, code: "WAKE_FAILED" }]);
    s.command({ id: "late", deadline: rfc3339(START) });
    await s.passes();
    expect(s.answers[1]).toMatchObject({ id: "late", ok: false, code: "TOO_LATE" });
    expect(s.given).toHaveLength(1);
  });

  it("that the broker kept, that cannot be read, or that is for others, is not done", async () => {
    const s = new OrdersStory();
    s.command({}, { retained: true });
    s.command({}, { payload: Buffer.from("{") });
    s.command({}, { payload: Buffer.from("") });
    s.command({}, { topic: "greenroom/v1/hq/harbour/other/command" });
    s.command({}, { topic: "greenroom/v1/hq/harbour/proj/reading" });
    s.command({ command: "explode" as "preflight" });
    await s.passes();
    expect([s.given.length, s.answers.length]).toEqual([0, 0]);
  });

  it("that meets a defect is answered too", async () => {
    const s = new OrdersStory();
    s.fails = new Error("x".repeat(900));
    s.command();
    await s.passes();
    expect(s.answers).toMatchObject([{ ok: false, code: "DEVICE_GARBAGE" }]);
    expect(s.answers[0]?.text).toHaveLength(512);
  });

  it("is remembered with so many others at most", async () => {
    const s = new OrdersStory();
    s.fails = new Error("x");
    for (let i = 0; i < 600; i++) s.command({ id: `c${i}` });
    await s.passes();
    for (let i = 0; i < 600; i++) s.command({ id: `c${i}` });
    await s.passes();
    expect(s.given.length).toBeGreaterThan(600);
    expect(s.given.length).toBeLessThanOrEqual(1_200);
  });

  it("is given up when the agent stops", async () => {
    const s = new OrdersStory();
    s.command();
    s.orders.stop();
    await s.passes(seconds(1));
    expect(s.answers).toMatchObject([{ ok: false }]);
  });
});

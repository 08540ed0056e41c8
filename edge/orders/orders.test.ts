import { describe, expect, it } from "vitest";
import type { Message } from "#contract/bus.ts";
import { silentLog } from "#contract/log.ts";
import type { Command, CommandResult } from "#contract/messages/edge.ts";
import { instant, minutes, rfc3339, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import type { Obeyed, Order } from "../drivers/driver.ts";
import { MemoryDisk } from "../testing/memory-disk.ts";
import { OrderBook } from "./order-book.ts";
import { Orders } from "./orders.ts";

const START = instant(Date.UTC(2026, 10, 23, 9));
const TOPIC = "greenroom/v1/hq/harbour/proj/command";

const BOOK = "orders.json";

/** An agent with one device that takes a minute for everything, on a disk that outlives it. */
class OrdersStory {
  readonly clock = new VirtualClock(START);
  disk = new MemoryDisk();
  readonly given: Order[] = [];
  readonly answers: CommandResult[] = [];
  isLinked = true;
  fails: Error | undefined;
  orders!: Orders;
  /** What was begun under an earlier process never ends. */
  #process = 0;

  static async begin(): Promise<OrdersStory> {
    const story = new OrdersStory();
    await story.starts();
    return story;
  }

  async starts(): Promise<void> {
    const process = ++this.#process;
    this.orders = new Orders({
      clock: this.clock,
      log: silentLog,
      book: await OrderBook.open({ disk: this.disk, name: BOOK, log: silentLog }),
      deviceOf: (room, device) =>
        room === "harbour" && device === "proj"
          ? { obey: (order, signal) => this.#obey({ order, process }, signal) }
          : undefined,
      answer: (_room, _device, result) => {
        if (process !== this.#process) return new Promise(() => {});
        if (!this.isLinked) return Promise.reject(new Error("no link"));
        this.answers.push(result);
        return Promise.resolve();
      },
    });
  }

  /** `kill -9`: what is on the disk is all that the next one has. */
  async isKilled(): Promise<void> {
    this.disk = this.disk.afterPowerCut(0);
    await this.starts();
  }

  #obey({ order, process }: { order: Order; process: number }, signal: AbortSignal): Promise<Obeyed> {
    this.given.push(order);
    if (this.fails !== undefined) return Promise.reject(this.fails);
    return new Promise((resolve) => {
      this.clock.after(minutes(1), () => process === this.#process && resolve({ ok: true }));
      signal.addEventListener("abort", () => resolve({ ok: false, code: "WAKE_FAILED" }));
    });
  }

  command(over: Partial<Command> = {}, message: Partial<Message> = {}): void {
    const at = rfc3339(this.clock.now());
    const deadline = rfc3339(instant(this.clock.now() + minutes(5)));
    const command: Command = { id: "one", at, deadline, command: "preflight", by: "gateway", ...over };
    this.orders.take({ topic: TOPIC, payload: Buffer.from(JSON.stringify(command)), retained: false, ...message });
  }

  async passes(span = seconds(90)): Promise<void> {
    await this.settles();
    await this.clock.advanceToSettled(instant(this.clock.now() + span));
    await this.settles();
  }

  async settles(): Promise<void> {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("a command", () => {
  it("is done once, and answered each time it comes", async () => {
    const s = await OrdersStory.begin();
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
    const s = await OrdersStory.begin();
    s.isLinked = false;
    s.command();
    await s.passes();
    s.isLinked = true;
    s.command();
    await s.passes();
    expect([s.given.length, s.answers.length]).toEqual([1, 1]);
  });

  it("ends by its deadline, and is not begun after it", async () => {
    const s = await OrdersStory.begin();
    s.command({ deadline: rfc3339(instant(START + seconds(30))) });
    await s.passes(seconds(31));
    expect(s.answers).toMatchObject([{ ok: false, code: "WAKE_FAILED" }]);
    s.command({ id: "late", deadline: rfc3339(START) });
    await s.passes();
    expect(s.answers[1]).toMatchObject({ id: "late", ok: false, code: "TOO_LATE" });
    expect(s.given).toHaveLength(1);
  });

  it("that the broker kept, that cannot be read, or that is for others, is not done", async () => {
    const s = await OrdersStory.begin();
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
    const s = await OrdersStory.begin();
    s.fails = new Error("x".repeat(900));
    s.command();
    await s.passes();
    expect(s.answers).toMatchObject([{ ok: false, code: "DEVICE_GARBAGE" }]);
    expect(s.answers[0]?.text).toHaveLength(512);
  });

  it("is remembered with so many others at most", async () => {
    const s = await OrdersStory.begin();
    s.fails = new Error("x");
    for (let i = 0; i < 600; i++) s.command({ id: `c${i}` });
    await s.passes();
    for (let i = 0; i < 600; i++) s.command({ id: `c${i}` });
    await s.passes();
    expect(s.given.length).toBeGreaterThan(600);
    expect(s.given.length).toBeLessThanOrEqual(1_200);
  });

  it("that was given before another that undoes it, and comes after it, is not done", async () => {
    const s = await OrdersStory.begin();
    const later = rfc3339(instant(START + seconds(1)));
    s.command({ id: "off", command: "power_off", at: later });
    s.command({ id: "on", command: "power_on", at: rfc3339(START) });
    s.command({ id: "input", command: "select_input", input: "31", at: rfc3339(START) });
    await s.passes();
    expect(s.given.map(({ command }) => command)).toEqual(["power_off", "select_input"]);
    expect(s.answers.find(({ id }) => id === "on")).toMatchObject({ ok: false, code: "SUPERSEDED" });
  });
});

describe("a command and an agent that is killed", () => {
  it("while it does it: it is done to its end at the next start, asked again or not", async () => {
    const s = await OrdersStory.begin();
    s.command({ command: "power_on" });
    await s.settles();
    await s.isKilled();
    s.orders.linkUp();
    s.orders.linkUp();
    await s.passes();
    s.command({ command: "power_on" });
    await s.passes();
    expect(s.given).toHaveLength(2);
    expect(s.answers.map(({ id, ok }) => [id, ok])).toEqual([
      ["one", true],
      ["one", true],
    ]);
  });

  it("between act and answer: it is answered at the next start, and not done again", async () => {
    const s = await OrdersStory.begin();
    s.isLinked = false;
    s.command();
    await s.passes();
    await s.isKilled();
    s.isLinked = true;
    s.command();
    s.orders.linkUp();
    s.command();
    await s.passes();
    expect(s.given).toHaveLength(1);
    expect(new Set(s.answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it("and that is asked for again only after its deadline: it says so, and does nothing", async () => {
    const s = await OrdersStory.begin();
    s.command({ deadline: rfc3339(instant(START + seconds(30))) });
    await s.settles();
    await s.isKilled();
    s.clock.advance(seconds(31));
    s.orders.linkUp();
    await s.passes();
    expect([s.given.length, s.answers]).toMatchObject([1, [{ ok: false, code: "TOO_LATE" }]]);
  });

  it("is said once where the broker had taken the answer", async () => {
    const s = await OrdersStory.begin();
    s.command();
    await s.passes();
    await s.isKilled();
    s.orders.linkUp();
    await s.passes();
    expect([s.given.length, s.answers.length]).toEqual([1, 1]);
  });

  it("is ended by the next start, too, where the agent was stopped in order", async () => {
    const s = await OrdersStory.begin();
    s.command();
    await s.settles();
    s.orders.stop();
    await s.passes(seconds(1));
    expect(s.answers).toEqual([]);
    await s.starts();
    s.orders.linkUp();
    await s.passes();
    expect([s.given.length, s.answers]).toMatchObject([2, [{ id: "one", ok: true }]]);
  });

  it("does it all the same where the disk is full or its list is damaged", async () => {
    const s = await OrdersStory.begin();
    s.disk.isFull = true;
    s.command();
    await s.passes();
    expect(s.answers).toMatchObject([{ ok: true }]);
    s.disk.isFull = false;
    await s.disk.replace(BOOK, Buffer.from('{"version":1,"orders":[{"room":"../x"}]}'));
    await s.isKilled();
    s.orders.linkUp();
    s.command({ id: "two" });
    await s.passes();
    expect(s.answers[1]).toMatchObject({ id: "two", ok: true });
  });
});

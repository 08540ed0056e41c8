import { Worker } from "node:worker_threads";
import type { Cancel, Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { millis } from "#contract/units.ts";
import { refused, type Untranslated } from "../translation.ts";
import type { Mapping } from "./mapping.ts";
import type { FromMapping, FoundItem, ToMapping } from "./mapping-worker.ts";

type Found = { ok: true; items: FoundItem[] } | Untranslated;

/** So long one message may take. */
const LONGEST = millis(250);
/** Starting a thread takes its time, and is nobody's fault. */
const LONGEST_START = millis(5_000);
/** Messages that wait their turn; what comes beyond is refused. */
const MOST_WAITING = 1_000;
const MEMORY_MB = 64;

interface Job {
  message: ToMapping;
  done: (found: Found) => void;
}

/** The thread that evaluates a mapping: started with its first message, ended and started anew when a message takes too long. */
export class MappingThread {
  readonly #mapping: Mapping;
  readonly #clock: Clock;
  #worker: Worker | undefined;
  #isFresh = true;
  #running: { job: Job; cancel: Cancel } | undefined;
  readonly #waiting: Job[] = [];
  #isStopped = false;

  constructor(mapping: Mapping, clock: Clock) {
    this.#mapping = mapping;
    this.#clock = clock;
  }

  read(message: ToMapping): Promise<Found> {
    if (this.#isStopped || this.#waiting.length >= MOST_WAITING)
      return Promise.resolve(refused("TOO_FAST", "message", `${MOST_WAITING} messages wait to be read already`));
    return new Promise((done) => {
      this.#waiting.push({ message, done });
      this.#next();
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const left = [...(this.#running === undefined ? [] : [this.#running.job]), ...this.#waiting.splice(0)];
    this.#running?.cancel();
    this.#running = undefined;
    for (const { done } of left) done(refused("TOO_FAST", "message", "the gateway stops"));
    await this.#worker?.terminate();
  }

  #next(): void {
    if (this.#running !== undefined || this.#isStopped) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    const worker = (this.#worker ??= this.#start());
    const longest = this.#isFresh ? LONGEST_START : LONGEST;
    const cancel = this.#clock.after(longest, () => {
      this.#end(refused("TOO_LARGE", "expression", `takes longer than ${longest} ms`));
    });
    this.#running = { job, cancel };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(job.message);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./mapping-worker.ts", import.meta.url), {
      workerData: this.#mapping,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 8, stackSizeMb: 2 },
    });
    this.#isFresh = true;
    worker.on("message", (answer: FromMapping) => {
      if (worker !== this.#worker) return;
      this.#isFresh = false;
      this.#answer(
        answer.ok ? answer : refused(answer.where === "payload" ? "BAD_JSON" : "BAD_SHAPE", answer.where, answer.why),
      );
    });
    worker.on("error", (error) => {
      if (worker === this.#worker) this.#end(refused("TOO_LARGE", "expression", messageOf(error)));
    });
    worker.unref();
    return worker;
  }

  /** The message that runs has used up what it may: its thread goes with it. */
  #end(why: Untranslated): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#answer(why);
  }

  #answer(found: Found): void {
    const running = this.#running;
    this.#running = undefined;
    running?.cancel();
    running?.job.done(found);
    this.#next();
  }
}

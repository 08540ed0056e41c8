import { Worker } from "node:worker_threads";
import type { Clock } from "#contract/clock.ts";
import { type ErrorCode, GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { seconds } from "#contract/units.ts";
import type { History, HistoryRow } from "../../history/history.ts";
import type { EngineConfig } from "../../history/engine-config.ts";
import type { DrainProgress } from "./drain.ts";
import type { DrainWork, FromDrain, HistoryCall, ToDrain } from "./messages.ts";
import type { SharedState } from "./shared-state.ts";

export interface StartDrainOptions {
  folder: string;
  journal: string;
  dataDir: string;
  engine: EngineConfig;
  shared: SharedState;
  clock: Clock;
  log: Log;
  onProgress: (progress: DrainProgress) => void;
  onRefused: (row: HistoryRow, why: string) => void;
  /** What the thread runs; tests have one that dies. */
  thread?: URL;
}

const THREAD = new URL("./drain-worker.ts", import.meta.url);

export interface RunningDrain {
  history: History;
  /** Ends after the batch in hand. */
  stop(): Promise<void>;
}

const RESTART = seconds(1);
/** The thread's heap; its batches are bounded, so more would be a leak. */
const LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 4 };

/**
 * Starts the thread that takes the journal over into history and answers questions about it. Rejects when the engine
 * cannot be opened; a thread that dies later is started again, and loses nothing: the engine knows its position.
 */
export async function startDrain(options: StartDrainOptions): Promise<RunningDrain> {
  const drain = new ThreadedDrain(options);
  try {
    await drain.start();
  } catch (error) {
    await drain.stop();
    throw error;
  }
  return drain;
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

class ThreadedDrain implements RunningDrain {
  readonly history: History;
  readonly #options: StartDrainOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextId = 1;
  #stopping = false;
  #exited: Promise<void> = Promise.resolve();

  constructor(options: StartDrainOptions) {
    this.#options = options;
    const ask = <T>(call: HistoryCall): Promise<T> => this.#ask(call) as Promise<T>;
    this.history = {
      write: (...args) => ask({ method: "write", args }),
      query: (...args) => ask({ method: "query", args }),
      lastValues: (...args) => ask({ method: "lastValues", args }),
      rows: (...args) => ask({ method: "rows", args }),
    };
  }

  /** Resolves once the engine is open; rejects with the reason why not. */
  start(): Promise<void> {
    const { folder, journal, dataDir, engine, shared } = this.#options;
    const work: DrainWork = { folder, journal, dataDir, engine, shared: shared.buffer };
    const worker = new Worker(this.#options.thread ?? THREAD, {
      workerData: work,
      resourceLimits: LIMITS,
      name: "history",
    });
    worker.unref();
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let failure: Error = new GreenroomError("STORE_DOWN", "the history thread ended before it was ready");
      worker.on("message", (message: FromDrain) => {
        if (message.kind === "ready") resolve();
        else if (message.kind === "failed") failure = new GreenroomError(message.code, message.text);
        else this.#take(message);
      });
      worker.on("error", (error) => {
        failure = new GreenroomError("STORE_DOWN", `the history thread died: ${messageOf(error)}`, error);
        this.#options.log.error({ error: messageOf(error) }, "The history thread died; it is started again.");
      });
      this.#exited = new Promise((ended) => {
        worker.once("exit", () => {
          reject(failure);
          this.#onExit(failure);
          ended();
        });
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#post({ kind: "stop" });
    this.#worker?.ref();
    await this.#exited;
  }

  #onExit(failure: Error): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
    if (this.#stopping) return;
    this.#options.clock.after(RESTART, () => {
      if (!this.#stopping) this.start().catch(() => {});
    });
  }

  #take(message: Exclude<FromDrain, { kind: "ready" | "failed" }>): void {
    const { log, onProgress, onRefused } = this.#options;
    if (message.kind === "progress") onProgress(message.progress);
    else if (message.kind === "log") log[message.level](message.fields, message.text);
    else if (message.kind === "refused-row") onRefused(message.row, message.why);
    else {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.kind === "answer") waiting?.resolve(message.value);
      else waiting?.reject(asError(message.code, message.text));
    }
  }

  #ask(call: HistoryCall): Promise<unknown> {
    if (this.#worker === undefined || this.#stopping)
      return Promise.reject(new GreenroomError("STORE_DOWN", "the history thread is not running"));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post({ kind: "call", id, call });
    });
  }

  #post(message: ToDrain): void {
    // eslint-disable-next-line unicorn/require-post-message-target-origin
    this.#worker?.postMessage(message);
  }
}

const asError = (code: ErrorCode | undefined, text: string): Error =>
  code === undefined ? new Error(text) : new GreenroomError(code, text);

import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import { matches } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { type ErrorCode, GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { seconds } from "#contract/units.ts";
import type { Batch, FromWriter, RetainedRow, WillRow } from "./retained-writer.ts";

export interface RetainedStoreOptions {
  file: string;
  clock: Clock;
  log: Log;
  limits: { retainedTopics: number; retainedTopicsPerAgent: number; retainedBytes: number };
}

interface Kept {
  payload: Uint8Array;
  owner: string;
}
/** Owner of what this process itself keeps: not counted against any agent. */
export const OURS = "";
const RETRY = seconds(1);
/**
 * Retained messages: served from memory, durable on disk. Writes that come while a commit runs go together into the next
 * one; a topic written several times is written once. What a failed commit held is tried again, and its writers are told.
 */
export async function openRetainedStore(options: RetainedStoreOptions): Promise<RetainedStore> {
  await mkdir(dirname(options.file), { recursive: true }).catch((error: unknown) => {
    throw new GreenroomError("CONFIG_INVALID", `the data folder cannot be made: ${messageOf(error)}`, error);
  });
  const { worker, loaded } = await startWriter(options.file);
  return new RetainedStore(options, worker, loaded);
}

export class RetainedStore {
  readonly #options: RetainedStoreOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #perAgent = new Map<string, number>();
  readonly #wills = new Map<string, WillRow>();
  #bytes = 0;
  #dirtyTopics = new Set<string>();
  #dirtyWills = new Set<string>();
  #worker: Worker | undefined;
  #nextId = 1;
  #running: { batch: Batch; done: PromiseWithResolvers<void> } | undefined;
  #waiting = freshPromise();
  #isRetrying = false;
  /** Somebody waits for a commit that has not begun. */
  #isAsked = false;
  #isClosing = false;

  constructor(options: RetainedStoreOptions, worker: Worker, loaded: Loaded) {
    this.#options = options;
    for (const { topic, payload, owner } of loaded.retained) this.#keep(topic, { payload, owner });
    for (const will of loaded.wills) this.#wills.set(will.client, will);
    this.#attach(worker);
  }

  get count(): number {
    return this.#kept.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get wills(): readonly WillRow[] {
    return [...this.#wills.values()];
  }

  /** Why this would not fit, or `undefined`. What this process keeps is bound by the totals only. */
  refuses(topic: string, payload: Uint8Array, owner: string): { why: string; isOwnFault: boolean } | undefined {
    const { limits } = this.#options;
    const known = this.#kept.get(topic);
    if (payload.length === 0) return undefined;
    if (known === undefined && this.#kept.size >= limits.retainedTopics)
      return { why: `${limits.retainedTopics} topics are retained, the most there can be`, isOwnFault: false };
    if (this.#bytes + payload.length - (known?.payload.length ?? 0) > limits.retainedBytes)
      return { why: `${limits.retainedBytes} bytes are retained, the most there can be`, isOwnFault: false };
    if (owner !== OURS && known?.owner !== owner && (this.#perAgent.get(owner) ?? 0) >= limits.retainedTopicsPerAgent)
      return {
        why: `${owner} has ${limits.retainedTopicsPerAgent} retained topics, the most an agent can have`,
        isOwnFault: true,
      };
    return undefined;
  }

  /** Resolves once it is on the disk; an empty payload removes. Readers see it at once. */
  put(topic: string, payload: Uint8Array, owner: string): Promise<void> {
    const refusal = this.refuses(topic, payload, owner);
    if (refusal !== undefined) return Promise.reject(new GreenroomError("STORE_FULL", refusal.why));
    const known = this.#kept.get(topic);
    const isSame =
      known === undefined
        ? payload.length === 0
        : known.owner === owner && Buffer.compare(known.payload, payload) === 0;
    if (isSame && !this.#dirtyTopics.has(topic)) return this.#runningHas(topic) ? this.#durable() : Promise.resolve();
    // A copy of its own: a slice of a socket's buffer would keep all of that buffer.
    this.#keep(topic, { payload: new Uint8Array(payload), owner });
    this.#dirtyTopics.add(topic);
    return this.#durable();
  }

  get(topic: string): Uint8Array | undefined {
    return this.#kept.get(topic)?.payload;
  }

  *matching(filter: string): Iterable<readonly [topic: string, payload: Uint8Array]> {
    if (!filter.includes("+") && !filter.includes("#")) {
      const kept = this.#kept.get(filter);
      if (kept !== undefined) yield [filter, kept.payload];
      return;
    }
    for (const [topic, { payload }] of this.#kept) if (matches(filter, topic)) yield [topic, payload];
  }

  /** Keeps a last will for the case that this process dies with its client. */
  putWill(will: WillRow): Promise<void> {
    this.#wills.set(will.client, { ...will, payload: new Uint8Array(will.payload) });
    this.#dirtyWills.add(will.client);
    return this.#durable();
  }

  removeWill(client: string): void {
    if (!this.#wills.delete(client)) return;
    this.#dirtyWills.add(client);
    this.#durable().catch(() => {});
  }

  /** Writes what is left, then lets go of the file. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isRetrying = false;
    if (this.#running !== undefined || this.#dirtyTopics.size > 0 || this.#dirtyWills.size > 0)
      await this.#durable().catch((error: unknown) =>
        this.#options.log.error({ why: messageOf(error) }, "not all retained messages could be written"),
      );
    this.#isClosing = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const gone = new Promise((resolve) => worker.once("exit", resolve));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage("close");
    await gone;
  }

  #keep(topic: string, kept: Kept): void {
    const before = this.#kept.get(topic);
    if (before !== undefined) {
      this.#bytes -= topic.length + before.payload.length;
      this.#count(before.owner, -1);
      this.#kept.delete(topic);
    }
    if (kept.payload.length === 0) return;
    this.#bytes += topic.length + kept.payload.length;
    this.#count(kept.owner, 1);
    this.#kept.set(topic, kept);
  }

  #count(owner: string, by: number): void {
    if (owner === OURS) return;
    const count = (this.#perAgent.get(owner) ?? 0) + by;
    if (count > 0) this.#perAgent.set(owner, count);
    else this.#perAgent.delete(owner);
  }

  #runningHas(topic: string): boolean {
    return this.#running?.batch.retained.some((row) => row.topic === topic) === true;
  }

  /** The next commit that starts after now. */
  #durable(): Promise<void> {
    const { promise } = this.#waiting;
    this.#isAsked = true;
    this.#write();
    return promise;
  }

  #write(): void {
    if (this.#running !== undefined || this.#isRetrying || this.#worker === undefined) return;
    const done = this.#waiting;
    this.#waiting = freshPromise();
    this.#isAsked = false;
    const retained = [...this.#dirtyTopics].map((topic) => ({
      topic,
      payload: this.#kept.get(topic)?.payload,
      owner: this.#kept.get(topic)?.owner ?? OURS,
    }));
    const wills = [...this.#dirtyWills].map((client) => ({ client, will: this.#wills.get(client) }));
    this.#dirtyTopics = new Set();
    this.#dirtyWills = new Set();
    this.#running = { batch: { id: this.#nextId++, retained, wills }, done };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(this.#running.batch);
  }

  #attach(worker: Worker): void {
    this.#worker = worker;
    worker.on("message", (message: FromWriter) => this.#answered(message));
    worker.on("error", (error) =>
      this.#options.log.error({ why: messageOf(error) }, "the writer of retained messages failed"),
    );
    worker.on("exit", () => {
      this.#worker = undefined;
      if (this.#isClosing) return;
      this.#failed(new GreenroomError("STORE_FULL", "the writer of retained messages ended"));
    });
  }

  #answered(message: FromWriter): void {
    const running = this.#running;
    if (running === undefined) return;
    if (message.kind === "failed") {
      this.#failed(new GreenroomError("STORE_FULL", `retained messages cannot be written: ${message.why}`));
      return;
    }
    this.#running = undefined;
    running.done.resolve();
    if (this.#isAsked) this.#write();
  }

  #failed(error: GreenroomError): void {
    const running = this.#running;
    this.#running = undefined;
    for (const { topic } of running?.batch.retained ?? []) this.#dirtyTopics.add(topic);
    for (const { client } of running?.batch.wills ?? []) this.#dirtyWills.add(client);
    this.#options.log.error(
      { code: error.code, why: error.message },
      "retained messages are not on disk yet; tried again",
    );
    running?.done.reject(error);
    this.#waiting.reject(error);
    this.#waiting = freshPromise();
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    this.#options.clock.after(RETRY, () => void this.#retry());
  }

  async #retry(): Promise<void> {
    if (this.#isClosing) return;
    if (this.#worker === undefined) {
      const started = await startWriter(this.#options.file).catch((error: unknown) => messageOf(error));
      this.#isRetrying = false;
      if (typeof started === "string") return this.#failed(new GreenroomError("STORE_FULL", started));
      this.#attach(started.worker);
    }
    this.#isRetrying = false;
    this.#write();
  }
}

type Loaded = { retained: RetainedRow[]; wills: WillRow[] };

/** Unhandled until somebody waits for it: a failure that nobody waits for is logged, not thrown. */
function freshPromise(): PromiseWithResolvers<void> {
  const fresh = Promise.withResolvers<void>();
  fresh.promise.catch(() => {});
  return fresh;
}

function startWriter(file: string): Promise<{ worker: Worker; loaded: Loaded }> {
  const worker = new Worker(new URL("./retained-writer.ts", import.meta.url), {
    workerData: { file },
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 },
  });
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (message: FromWriter) => {
      worker.off("error", reject);
      if (message.kind === "loaded") return resolve({ worker, loaded: message });
      const { code, why } = message.kind === "failed" ? message : { code: undefined, why: "no answer" };
      reject(new GreenroomError(openingFault(code, why), `${file}: ${why}`));
    });
  });
}

/** What SQLite's code for a failed opening means to people. */
function openingFault(code: number | undefined, why: string): ErrorCode {
  const primary = (code ?? 0) & 0xff;
  if (primary === SQLITE.corrupt || primary === SQLITE.notADatabase || why.startsWith("the check of"))
    return "STORE_CORRUPT";
  if (primary === SQLITE.busy) return "DATA_DIR_IN_USE";
  return primary === SQLITE.full ? "STORE_FULL" : "CONFIG_INVALID";
}
const SQLITE = { busy: 5, corrupt: 11, full: 13, notADatabase: 26 };

import { join } from "node:path";
import type { Bus, Message } from "#contract/bus.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { type ErrorCode, errorKinds } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { type Millis, millis, seconds } from "#contract/units.ts";
import { filterOf, parsePayload, parseTopic, type Topic } from "#contract/wire.ts";
import type { EngineConfig } from "../history/engine-config.ts";
import type { History, HistoryRow } from "../history/history.ts";
import { Announcer } from "./committed/announcer.ts";
import { CommitLedger, type ReadingIdentity } from "./committed/commit-ledger.ts";
import { applyFact, type CountedFact, recoverCounts } from "./committed/counted-fact.ts";
import type { DrainProgress } from "./drain/drain.ts";
import { SharedState } from "./drain/shared-state.ts";
import { type RunningDrain, startDrain } from "./drain/start-drain.ts";
import { identityIn } from "./identity.ts";
import { type JournalDisk, systemDisk } from "./journal/journal-disk.ts";
import { Journal, type JournalLimits, journalLimits } from "./journal/journal.ts";
import { recoverJournal } from "./journal/recover.ts";
import { judgeReading } from "./judge-reading.ts";
import { type LedgerLimits, type RejectedLedger, type Rejection, SqliteRejectedLedger } from "./rejected-ledger.ts";

/** A message as the broker hands it over, before it acknowledges it. */
interface Offered {
  topic: string;
  payload: Uint8Array;
  /** Who signed in, where the broker knows. */
  agent?: string;
}

export interface RecorderOptions {
  bus: Bus;
  clock: Clock;
  log: Log;
  dataDir: string;
  engine: EngineConfig;
  /** `intake`: the embedded broker calls `accept` and waits. `bus`: the recorder subscribes by itself. */
  attach: "intake" | "bus";
  limits?: Partial<JournalLimits> & { rejected?: LedgerLimits };
  /** What stands for the disk and for the history thread; tests break them. */
  disk?: JournalDisk;
  drain?: typeof startDrain;
}

export interface Recorder {
  /** Resolves (or answers `undefined`) once the reading is durable, or refused for good; rejects with a retryable error when it cannot be stored now. */
  accept(offered: Offered): Promise<void> | undefined;
  /** Keeps aside what the broker refused. */
  refused(refusal: Offered & { code: ErrorCode; why: string }): void;
  readonly rejected: RejectedLedger;
  readonly history: History;
  stats(): RecorderStats;
  stop(): Promise<void>;
}

/** Counts since the start; `spooled` is what history has not taken over yet, flags are 0 or 1. */
export interface RecorderStats extends Record<string, number> {
  accepted: number;
  duplicates: number;
  rejected: number;
  unknown_metrics: number;
  implausible: number;
  spooled: number;
  spooled_bytes: number;
  journal_bytes: number;
  history_rows: number;
  history_away: number;
  full: number;
  damaged_bytes: number;
}

const TICK: Millis = seconds(10);
/** More at once is told by the agent's own state. */
const MOST_SKIPPED = 10_000;
/** Topics are parsed once; more than a large estate has, then they are learned anew. */
const MOST_TOPICS = 100_000;

/** Records readings: durably, each once, whatever crashes. Rejects when the data folder or the engine cannot be opened. */
export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const recorder = new RunningRecorder(options);
  try {
    await recorder.start();
  } catch (error) {
    await recorder.stop();
    throw error;
  }
  return recorder;
}

class RunningRecorder implements Recorder {
  readonly rejected: SqliteRejectedLedger;
  readonly #options: RecorderOptions;
  readonly #keeps: Millis;
  readonly #counts = new CommitLedger();
  readonly #announcer: Announcer;
  readonly #journal: Journal<CountedFact>;
  readonly #shared = new SharedState();
  readonly #topics = new Map<string, Topic | undefined>();
  readonly #unsubscribe: (() => Promise<void>)[] = [];
  #drain: RunningDrain | undefined;
  #progress: DrainProgress | undefined;
  #cancelTick: Cancel | undefined;
  #stopped: Promise<void> | undefined;
  #accepted = 0;
  #duplicates = 0;
  #rejections = 0;
  #unknown = 0;
  #implausible = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    const { bus, clock, log, dataDir, engine, limits, disk } = options;
    this.#keeps = millis(engine.raw_days * 86_400_000);
    this.#announcer = new Announcer({ bus, clock, log, ledger: this.#counts });
    const folder = join(dataDir, "journal");
    const recovered = recoverJournal({ folder, log, ...recoverCounts(this.#counts) });
    this.#journal = new Journal<CountedFact>({
      folder,
      disk: disk ?? systemDisk,
      clock,
      log,
      limits: { ...journalLimits, ...limits },
      recovered,
      memory: () => this.#counts,
      onDurable: (facts, end) => this.#onDurable(facts, end),
    });
    this.rejected = new SqliteRejectedLedger({
      file: join(dataDir, "rejected.db"),
      clock,
      log,
      ...(limits?.rejected === undefined ? {} : { limits: limits.rejected }),
    });
  }

  async start(): Promise<void> {
    const { bus, clock, log, dataDir, engine, attach } = this.#options;
    await this.#journal.open();
    this.#shared.publish(this.#journal.end, clock.now());
    this.#drain = await (this.#options.drain ?? startDrain)({
      folder: this.#journal.folder,
      journal: this.#journal.id,
      dataDir,
      engine,
      shared: this.#shared,
      clock,
      log,
      onProgress: (progress) => this.#onProgress(progress),
      onRefused: (row, why) => this.#onRefusedRow(row, why),
    });
    this.#cancelTick = clock.every(TICK, () => {
      this.#shared.publish(this.#journal.end, clock.now());
      this.#journal.tryAgain();
    });
    for (const agent of this.#counts.agents()) this.#announcer.moved(agent);
    this.#unsubscribe.push(await bus.subscribe(filterOf("agentState"), (message) => this.#onAgentState(message)));
    this.#unsubscribe.push(
      await bus.subscribe(filterOf("untranslated"), ({ topic, payload }) => this.#onUntranslated(topic, payload)),
    );
    if (attach === "bus")
      this.#unsubscribe.push(
        // What cannot be stored now is not committed, so that the agent sends it again.
        await bus.subscribe(filterOf("reading"), (message) => void this.accept(message)?.catch(() => {})),
      );
  }

  get history(): History {
    return (this.#drain as RunningDrain).history;
  }

  accept({ topic, payload, agent }: Offered): Promise<void> | undefined {
    const address = this.#address(topic);
    if (address === undefined || address.kind !== "reading") {
      const why = "readings go to greenroom/v1/{site}/{room}/{device}/reading";
      return this.#reject({ topic, payload, agent, code: "WRONG_TOPIC", where: "topic", why });
    }
    const judged = judgeReading(payload, { now: this.#options.clock.now(), keeps: this.#keeps, agent });
    if (!judged.ok) return this.#reject({ topic, payload, agent, ...judged });
    this.#unknown += judged.unknown;
    this.#implausible += judged.implausible;
    const identity = identityIn(judged.reading, address.site);
    if (identity !== undefined) this.#skip(identity, judged.reading.skipped ?? 0);
    if (identity !== undefined && this.#counts.has(identity)) {
      this.#duplicates += 1;
      return undefined;
    }
    this.#accepted += 1;
    return this.#journal.appendReading(topic, payload, identity === undefined ? undefined : { taken: identity });
  }

  refused({ topic, payload, agent, code, why }: Offered & { code: ErrorCode; why: string }): void {
    const done = this.#reject({ topic, payload, agent, code, where: "message", why });
    done?.catch(() => {});
  }

  stats(): RecorderStats {
    const taken = this.#progress?.position ?? { offset: 0, records: 0 };
    return {
      accepted: this.#accepted,
      duplicates: this.#duplicates,
      rejected: this.#rejections,
      unknown_metrics: this.#unknown,
      implausible: this.#implausible,
      spooled: Math.max(0, this.#journal.records - taken.records),
      spooled_bytes: Math.max(0, this.#journal.end - taken.offset),
      journal_bytes: this.#journal.bytes,
      history_rows: this.#progress?.rows ?? 0,
      history_away: this.#progress?.away === undefined ? 0 : 1,
      full: this.#journal.isFull ? 1 : 0,
      damaged_bytes: this.#progress?.damagedBytes ?? 0,
    };
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#cancelTick?.();
    for (const unsubscribe of this.#unsubscribe) await unsubscribe().catch(() => {});
    await this.#journal.close();
    await this.#announcer.stop();
    await this.#drain?.stop();
    this.rejected.close();
  }

  /** Numbers that the agent has given up count as handled, so that what comes after them is confirmed. */
  #skip(identity: ReadingIdentity, skipped: number): void {
    for (let seq = Math.max(1, identity.seq - Math.min(skipped, MOST_SKIPPED)); seq < identity.seq; seq++) {
      const taken = { ...identity, seq };
      if (!this.#counts.has(taken)) this.#journal.appendFact({ taken }, { taken }).catch(() => {});
    }
  }

  /** A message that will never be taken counts as handled, so that it does not block its sender's outbox for ever. */
  #reject(rejection: Omit<Rejection, "sender"> & { agent: string | undefined }): Promise<void> | undefined {
    const { agent, topic, payload, code, where, why } = rejection;
    this.#rejections += 1;
    this.rejected.add({ topic, payload, sender: agent, code, where, why });
    if (errorKinds[code].retryable) return undefined;
    const identity = identityIn(payload, this.#address(topic)?.site);
    if (identity === undefined || (agent !== undefined && identity.agent !== agent)) return undefined;
    if (this.#counts.has(identity)) return undefined;
    return this.#journal.appendFact({ taken: identity }, { taken: identity });
  }

  #onDurable(facts: readonly CountedFact[], end: number): void {
    this.#shared.publish(end, this.#options.clock.now());
    for (const fact of facts) this.#announcer.moved(applyFact(this.#counts, fact));
  }

  /** What the agent's outbox no longer holds will never come: waiting for it would stop the count for ever. */
  #onAgentState({ topic, payload, retained }: Message): void {
    const address = this.#address(topic);
    if (address?.agent === undefined || payload.length === 0) return;
    const parsed = parsePayload("agentState", payload);
    if (!parsed.ok) {
      this.#rejections += 1;
      this.rejected.add({ topic, payload, sender: undefined, ...parsed });
      return;
    }
    const { site, agent } = address;
    if (!retained && parsed.value.state === "online" && site !== undefined)
      this.#announcer.greet(site, agent, this.#counts.get(agent));
    const oldest = parsed.value.outbox?.oldest;
    if (oldest === undefined) return;
    const gone: ReadingIdentity = { site: address.site, agent: address.agent, ...oldest };
    if (!this.#counts.awaitsBefore(gone)) return;
    this.#journal.appendFact({ gone }, { gone }).catch(() => {});
  }

  /** What a gateway could not translate is kept aside with the rest. */
  #onUntranslated(topic: string, payload: Uint8Array): void {
    const parsed = parsePayload("untranslated", payload);
    if (!parsed.ok) return;
    const { code, where, why, count, topic: place, payload: text } = parsed.value;
    this.#rejections += count;
    this.rejected.add({
      topic: place,
      payload: Buffer.from(text),
      sender: this.#address(topic)?.agent,
      code: code in errorKinds ? (code as ErrorCode) : "BAD_SHAPE",
      where,
      why,
      count,
    });
  }

  #onProgress(progress: DrainProgress): void {
    this.#progress = progress;
    void this.#journal.drainedTo(progress.position.offset);
  }

  #onRefusedRow({ series, at, value }: HistoryRow, why: string): void {
    const payload = Buffer.from(
      JSON.stringify({ at: new Date(at).toISOString(), metrics: { [series.metric]: value } }),
    );
    const topic = `greenroom/v1/${series.site}/${series.room}/${series.device}/reading`;
    this.#rejections += 1;
    this.rejected.add({ topic, payload, sender: undefined, code: "STORE_REFUSED", where: "history", why });
  }

  #address(topic: string): Topic | undefined {
    let address = this.#topics.get(topic);
    if (address !== undefined || this.#topics.has(topic)) return address;
    address = parseTopic(topic);
    if (this.#topics.size >= MOST_TOPICS) this.#topics.clear();
    this.#topics.set(topic, address);
    return address;
  }
}

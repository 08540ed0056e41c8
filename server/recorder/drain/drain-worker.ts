import { parentPort, workerData } from "node:worker_threads";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { millis } from "#contract/units.ts";
import { startHistory } from "../../history/start-history.ts";
import type { HistoryEngine } from "../../history/history.ts";
import { Drain, type DrainProgress } from "./drain.ts";
import type { DrainWork, FromDrain, HistoryCall, ToDrain } from "./messages.ts";
import { SharedState } from "./shared-state.ts";

/** The drain's thread: history is written and asked here, so that neither ever holds up the intake. */
const port = parentPort;
if (port === null) throw new Error("this file is the drain's thread; start it by startDrain");

// eslint-disable-next-line unicorn/require-post-message-target-origin
const send = (message: FromDrain): void => port.postMessage(message);
const line =
  (level: "debug" | "info" | "warn" | "error") =>
  (fields: object, text: string): void =>
    send({ kind: "log", level, fields, text });
const log: Log = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };

/** Progress is told at most this often; the last state is always told. */
const TELL_EVERY = millis(100);

async function main(work: DrainWork): Promise<void> {
  const shared = new SharedState(work.shared);
  const engine = await startHistory(work.engine, { dataDir: work.dataDir, clock: systemClock });
  const drain = new Drain({
    folder: work.folder,
    journal: work.journal,
    engine,
    clock: systemClock,
    log,
    durable: () => shared.durable,
    now: () => shared.now,
    moved: (seen, wait) => shared.moved(seen, wait),
    onProgress: throttled((progress) => send({ kind: "progress", progress })),
    onRefused: (row, why) => send({ kind: "refused-row", row, why }),
  });
  port?.on("message", (message: ToDrain) => {
    if (message.kind === "stop") drain.stop();
    else void answer(engine, message.id, message.call);
  });
  send({ kind: "ready" });
  await drain.run();
  await engine.close();
  port?.close();
}

async function answer(engine: HistoryEngine, id: number, { method, args }: HistoryCall): Promise<void> {
  try {
    const call = engine[method] as (...args: unknown[]) => Promise<unknown>;
    send({ kind: "answer", id, value: await call.apply(engine, args) });
  } catch (error) {
    const code = error instanceof GreenroomError ? error.code : undefined;
    send({ kind: "refusal", id, code, text: messageOf(error) });
  }
}

function throttled(tell: (progress: DrainProgress) => void): (progress: DrainProgress) => void {
  let latest: DrainProgress | undefined;
  let told = -Infinity;
  let isArmed = false;
  const flush = (): void => {
    isArmed = false;
    told = systemClock.now();
    if (latest !== undefined) tell(latest);
  };
  return (progress) => {
    latest = progress;
    if (systemClock.now() - told >= TELL_EVERY) flush();
    else if (!isArmed) {
      isArmed = true;
      systemClock.after(TELL_EVERY, flush);
    }
  };
}

main(workerData as DrainWork).catch((error: unknown) => {
  const code = error instanceof GreenroomError ? error.code : "STORE_DOWN";
  send({ kind: "failed", code, text: messageOf(error) });
  port.close();
});

import { Worker } from "node:worker_threads";
import type { WhatIfAnswer } from "#contract/api/what-if.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { hours } from "#contract/units.ts";
import { EngineConfig } from "#server/history/engine-config.ts";
import type { RunPast } from "#server/evidence/what-if-desk.ts";
import type { Settings } from "../settings.ts";
import { answerOf } from "./answer-of.ts";
import type { PastQuestion } from "./ask-past.ts";
import type { PastResult } from "./run-past.ts";

const THREAD = new URL("./past-worker.ts", import.meta.url);
/** The gateway knows its rooms a day later. */
const WARM_UP = hours(24);
/** A past that needs more is one for the command line; the live gateway keeps its memory. */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 };

export type FromPast =
  | { kind: "at"; at: number }
  | { kind: "done"; result: PastResult }
  | { kind: "failed"; text: string };

/** Runs the past in a thread of its own, so that what is live is judged as ever meanwhile. */
export const pastInThread =
  (settings: Pick<Settings, "data_dir" | "history" | "alerts">): RunPast =>
  ({ site, from, to }, onProgress, signal) =>
    new Promise<WhatIfAnswer>((resolve, reject) => {
      const work: PastQuestion = {
        dataDir: settings.data_dir,
        engine: settings.history ?? EngineConfig.parse({ engine: "sqlite" }),
        rules: settings.alerts,
        site,
        from,
        to,
        warmUp: WARM_UP,
      };
      const worker = new Worker(THREAD, { workerData: work, resourceLimits: LIMITS, name: "what-if" });
      worker.unref();
      const start = from - WARM_UP;
      const end = (): void => void worker.terminate();
      signal.addEventListener("abort", end, { once: true });
      worker.on("message", (message: FromPast) => {
        if (message.kind === "at") onProgress((message.at - start) / (to - start));
        else if (message.kind === "done") resolve(answerOf(message.result));
        else reject(new GreenroomError("STORE_DOWN", message.text));
      });
      worker.on("error", (error) => reject(new GreenroomError("STORE_DOWN", messageOf(error), error)));
      worker.once("exit", () => {
        signal.removeEventListener("abort", end);
        reject(new GreenroomError("STORE_DOWN", "the look at the past ended before it was done"));
      });
    });

import type { ErrorCode } from "#contract/errors.ts";
import type { History, HistoryRow } from "../../history/history.ts";
import type { EngineConfig } from "../../history/engine-config.ts";
import type { DrainProgress } from "./drain.ts";

/** What the drain thread is started with. */
export interface DrainWork {
  folder: string;
  journal: string;
  dataDir: string;
  engine: EngineConfig;
  shared: SharedArrayBuffer;
}

export type HistoryCall = { [K in keyof History]: { method: K; args: Parameters<History[K]> } }[keyof History];

export type ToDrain = { kind: "call"; id: number; call: HistoryCall } | { kind: "stop" };

export type FromDrain =
  | { kind: "ready" }
  | { kind: "failed"; code: ErrorCode; text: string }
  | { kind: "progress"; progress: DrainProgress }
  | { kind: "answer"; id: number; value: unknown }
  | { kind: "refusal"; id: number; code: ErrorCode | undefined; text: string }
  | { kind: "refused-row"; row: HistoryRow; why: string }
  | { kind: "log"; level: "debug" | "info" | "warn" | "error"; fields: object; text: string };

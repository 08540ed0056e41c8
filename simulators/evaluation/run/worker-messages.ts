import type { SeedResult } from "./run-seed.ts";

export type FromSeedWorker =
  | { kind: "day"; day: number }
  | { kind: "done"; result: SeedResult }
  | { kind: "failed"; why: string };

/** Runs a task and tells what came of it. */
export async function messagesOf(
  task: () => Promise<SeedResult>,
  tell: (message: FromSeedWorker) => void,
): Promise<void> {
  try {
    tell({ kind: "done", result: await task() });
  } catch (error) {
    tell({ kind: "failed", why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

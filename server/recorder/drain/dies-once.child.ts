import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { DrainWork } from "./messages.ts";

/** For `start-drain.test.ts`: dies of the first message, and is the real thread the second time. */
const marker = join((workerData as DrainWork).folder, "has-died");
if (existsSync(marker)) await import("./drain-worker.ts");
else {
  writeFileSync(marker, "");
  parentPort?.on("message", () => {
    throw new Error("a fault in the thread");
  });
  // eslint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage({ kind: "ready" });
}

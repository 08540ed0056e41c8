import { parentPort, workerData } from "node:worker_threads";
import { type FromSeedWorker, messagesOf } from "./worker-messages.ts";
import { runSeed, type SeedTask } from "./run-seed.ts";

/** A thread that plays one world under one policy and tells how far it is. */
const port = parentPort;
if (port !== null) {
  const tell = (message: FromSeedWorker): void => port.postMessage(message);
  await messagesOf(() => runSeed(workerData as SeedTask, (day) => tell({ kind: "day", day })), tell);
}

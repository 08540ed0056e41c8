import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "#contract/errors.ts";
import { minutes } from "#contract/units.ts";
import { askPast, type PastQuestion } from "./ask-past.ts";
import type { FromPast } from "./past-thread.ts";

/** The thread in which a span of the past is run through today's rules. */
const port = parentPort;
if (port === null) throw new Error("this file is a thread; start it by pastInThread");

// eslint-disable-next-line unicorn/require-post-message-target-origin
const send = (message: FromPast): void => port.postMessage(message);

const TELL_EVERY = minutes(30);
let told = 0;
try {
  const result = await askPast({
    ...(workerData as PastQuestion),
    onProgress: (at) => {
      if (at - told < TELL_EVERY) return;
      told = at;
      send({ kind: "at", at });
    },
  });
  send({ kind: "done", result });
} catch (error) {
  send({ kind: "failed", text: messageOf(error) });
}

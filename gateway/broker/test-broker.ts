import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { type EmbeddedBroker, type EmbeddedBrokerOptions, startEmbeddedBroker } from "./embedded.ts";
import type { Refusal } from "./refusals.ts";

export interface TestBroker {
  broker: EmbeddedBroker;
  url: string;
  dataDir: string;
  refused: Refusal[];
  accepted: { topic: string; payload: Uint8Array; agent?: string }[];
  /** Stops it and starts it again on the same port and data. */
  restart: () => Promise<EmbeddedBroker>;
  stop: () => Promise<void>;
}

/** The key of every test agent; its rooms are `hq/atrium`, `hq/studio` and `hq/{its own name}`. */
export const KEY = "key-of-an-agent";

/** A broker on a free port with a folder of its own, for tests. */
export async function startTestBroker(options: Partial<EmbeddedBrokerOptions> = {}): Promise<TestBroker> {
  const dataDir = await mkdtemp(join(tmpdir(), "greenroom-broker-"));
  const refused: Refusal[] = [];
  const accepted: TestBroker["accepted"] = [];
  const full: EmbeddedBrokerOptions = {
    host: "127.0.0.1",
    port: 0,
    dataDir,
    clock: systemClock,
    log: silentLog,
    authenticate: ({ agent, key }) =>
      Promise.resolve(key === KEY ? { rooms: ["hq/atrium", "hq/studio", `hq/${agent}`] } : undefined),
    intake: {
      accept: (reading) => {
        accepted.push(reading);
        return undefined;
      },
      refused: (refusal) => void refused.push(refusal),
    },
    ...options,
  };
  let broker = await startEmbeddedBroker(full);
  const port = broker.port;
  return {
    get broker() {
      return broker;
    },
    url: `mqtt://127.0.0.1:${port}`,
    dataDir,
    refused,
    accepted,
    restart: async () => {
      await broker.stop();
      broker = await startEmbeddedBroker({ ...full, port });
      return broker;
    },
    stop: async () => {
      await broker.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

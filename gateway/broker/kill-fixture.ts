import { join } from "node:path";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { syncedJournal } from "#test/bench/synced-journal.ts";
import { startEmbeddedBroker } from "./embedded.ts";

/** A broker of its own process that a test ends as a power cut would: `node kill-fixture.ts FOLDER` prints its port. */
const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error("needs a folder");
const journal = await syncedJournal(join(dataDir, "journal"));
const broker = await startEmbeddedBroker({
  host: "127.0.0.1",
  port: 0,
  dataDir,
  clock: systemClock,
  log: silentLog,
  authenticate: ({ agent }) => Promise.resolve({ rooms: [`hq/${agent}`] }),
  intake: journal.intake,
  limits: { messagesPerSecond: 1e6, messageBurst: 1e6 },
});
process.stdout.write(`${broker.port}\n`);

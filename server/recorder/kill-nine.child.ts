import { silentLog } from "#contract/log.ts";
import { MemoryBus } from "#contract/memory-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import { EngineConfig } from "../history/engine-config.ts";
import { startRecorder } from "./recorder.ts";

/** The process that `kill-nine.test.ts` kills: takes readings in bursts and says, after each, up to where it has acknowledged them. */
const [, , dataDir = "", run = "0", base = "0"] = process.argv;
const recorder = await startRecorder({
  bus: new MemoryBus(),
  clock: systemClock,
  log: silentLog,
  dataDir,
  engine: EngineConfig.parse({ engine: "sqlite" }),
  attach: "intake",
});
process.stdout.write("ready\n");
for (let seq = 1; ;) {
  let last: Promise<void> | undefined;
  for (const end = seq + 10; seq < end; seq++) {
    const at = rfc3339(instant(Number(base) + Number(run) * 100_000 + seq));
    const reading = { at, agent: "edge-1", boot: `run-${run}`, seq, metrics: { co2_ppm: 600 } };
    last = recorder.accept({
      topic: "greenroom/v1/hq/atrium/sensor-1/reading",
      payload: Buffer.from(JSON.stringify(reading)),
      agent: "edge-1",
    });
  }
  await last;
  process.stdout.write(`${seq - 1}\n`);
  await new Promise((resolve) => setTimeout(resolve, 1));
}

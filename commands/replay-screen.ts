import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#contract/system-clock.ts";
import { type DataSetKind } from "#simulators/recorded/recorded.ts";
import { openDataSet } from "#simulators/recorded/data-set.ts";
import type { DemosByRoom } from "#simulators/replay/demo-feed.ts";
import { runReplay } from "#simulators/replay/run-replay.ts";
import { startScaledClock } from "#simulators/replay/scaled-clock.ts";
import { startAllInOne } from "./all-in-one.ts";
import { programLog } from "./program-log.ts";
import { print } from "./run.ts";
import { loadSettings } from "./settings.ts";

/**
 * Replays at a speed that can be watched: the whole program runs on recorded time in a data folder of its own, and the web
 * shows the rooms as they were.
 */
export async function startReplayScreen(options: {
  data: string;
  speed: number;
  kind?: DataSetKind;
  rooms?: readonly string[];
  demos?: DemosByRoom;
}): Promise<void> {
  const data = await openDataSet(options.data, {
    ...(options.kind === undefined ? {} : { kind: options.kind }),
    ...(options.rooms === undefined ? {} : { rooms: options.rooms }),
  });
  const clock = startScaledClock(systemClock, data.start, options.speed);
  const folder = mkdtempSync(join(tmpdir(), "greenroom-replay-"));
  const program = await startAllInOne({
    settings: { ...loadSettings({ dataDir: folder }), sample: false },
    clock,
    log: programLog("warn"),
  });
  print(
    `Recorded time runs ${options.speed} times as fast. Watch it at\n\n  ${await program.server.signInLink("facilities")}\n`,
  );
  try {
    const result = await runReplay({
      data,
      speed: options.speed,
      bus: await program.bus("replay"),
      clock,
      ...(options.demos === undefined ? {} : { demos: options.demos }),
    });
    print(
      `${result.rooms} rooms, ${result.readings} readings, ${result.findings.length} findings, ${result.alerts} alerts.`,
    );
  } finally {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit();
}

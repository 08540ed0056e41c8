import type { Log } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import type { EdgeConfig } from "#edge/config.ts";
import { startEdge } from "#edge/main.ts";
import { untilStopped } from "./run.ts";

/** An agent until it is told to stop; then the process ends. */
export async function runEdge(config: EdgeConfig, log: Log): Promise<never> {
  const edge = await startEdge({ config, clock: systemClock, log });
  await untilStopped();
  await edge.stop();
  process.exit();
}

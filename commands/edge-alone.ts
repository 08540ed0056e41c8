import { systemClock } from "#contract/system-clock.ts";
import { rfc3339 } from "#contract/units.ts";
import { loadEdgeConfig } from "#edge/config.ts";
import { lineLog } from "./line-log.ts";
import { run } from "./run.ts";
import { runEdge } from "./run-edge.ts";

/**
 * The agent by itself, which `scripts/build-agent.ts` makes one file of: `greenroom-edge --config FILE`, and everything else
 * that `greenroom edge` takes. What only its verbs need is loaded with them.
 */
const [option, file, ...more] = process.argv.slice(2);
if (option === "--config" && file !== undefined && more.length === 0) {
  const log = lineLog({ now: () => rfc3339(systemClock.now()) });
  void run(async () => runEdge(await loadEdgeConfig(file), log))();
} else {
  void Promise.all([import("./edge.ts"), import("./version.ts")]).then(([{ edgeCommand }, { version }]) =>
    edgeCommand().name("greenroom-edge").version(version).parseAsync(process.argv),
  );
}

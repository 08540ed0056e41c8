import { Command } from "commander";
import { systemClock } from "#contract/system-clock.ts";
import { loadEdgeConfig } from "#edge/config.ts";
import { startEdge } from "#edge/main.ts";
import { programLog } from "./program-log.ts";
import { print, run, untilStopped } from "./run.ts";

export const edgeCommand = (): Command =>
  new Command("edge")
    .description("The agent that runs beside the gear: polls devices, keeps an outbox on disk, publishes.")
    .requiredOption("--config <file>", "the agent's configuration; see edge/agent.sample.yaml")
    .option("--check", "only check the configuration; every fault is listed")
    .action(
      run(async (options: { config: string; check?: boolean }) => {
        const config = await loadEdgeConfig(options.config);
        if (options.check === true) {
          print(`${options.config} is right: agent ${config.agent}, ${config.devices.length} devices.`);
          return;
        }
        const edge = await startEdge({ config, clock: systemClock, log: programLog() });
        await untilStopped();
        await edge.stop();
        process.exit();
      }),
    );

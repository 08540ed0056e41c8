import { Command } from "commander";
import { GreenroomError } from "#contract/errors.ts";
import { loadEdgeConfig } from "#edge/config.ts";
import { edgeCheckCommand } from "./edge-check.ts";
import { edgeScanCommand } from "./edge-scan.ts";
import { edgeEnrolCommand } from "./edge-enrol.ts";
import { programLog } from "./program-log.ts";
import { print, run } from "./run.ts";
import { runEdge } from "./run-edge.ts";

export const edgeCommand = (): Command =>
  new Command("edge")
    .description("The agent that runs beside the gear: polls devices, keeps an outbox on disk, publishes.")
    .enablePositionalOptions()
    .option("--config <file>", "the agent's configuration; see edge/agent.sample.yaml")
    .option("--check", "only read the configuration; every fault is listed. To try it out: greenroom edge check")
    .addCommand(edgeCheckCommand())
    .addCommand(edgeScanCommand())
    .addCommand(edgeEnrolCommand())
    .action(
      run(async (options: { config?: string; check?: boolean }) => {
        if (options.config === undefined)
          throw new GreenroomError("INPUT_INVALID", "name the agent's configuration with --config");
        const config = await loadEdgeConfig(options.config);
        if (options.check === true) {
          print(`${options.config} is right: agent ${config.agent}, ${config.devices.length} devices.`);
          return;
        }
        await runEdge(config, programLog());
      }),
    );

import { Command } from "commander";
import { systemClock } from "#contract/system-clock.ts";
import { type AllInOne, startAllInOne } from "./all-in-one.ts";
import { programLog } from "./program-log.ts";
import { print, run, untilStopped } from "./run.ts";
import { loadSettings } from "./settings.ts";
import { tidyHeap } from "./tidy-heap.ts";

export const startCommand = (): Command =>
  new Command("start")
    .description("Everything in one process. Without a configuration: a sample building, simulated.")
    .option("--config <file>", "the configuration (greenroom.yaml where it exists)")
    .option("--broker <url>", "an external MQTT broker, mqtt://… or mqtts://…, instead of the embedded one")
    .option("--mqtts-port <port>", "where the embedded broker listens with TLS, for agents elsewhere (MQTTS_PORT)")
    .option("--data-dir <folder>", "where everything is kept (DATA_DIR, ./data)")
    .action(
      run(async (options: { config?: string; broker?: string; dataDir?: string; mqttsPort?: string }) => {
        const settings = loadSettings(options);
        const program = await startAllInOne({ settings, clock: systemClock, log: programLog() });
        const stopped = untilStopped();
        tidyHeap({ clock: systemClock });
        await greet(program);
        await stopped;
        print("\nStopping: what was acknowledged is kept.");
        await program.stop();
        process.exit();
      }),
    );

async function greet(program: AllInOne): Promise<void> {
  print(
    `\nGreenroom is running.\n\n  Web    ${program.server.url}\n  MQTT   ${program.mqtt}\n  Data   ${program.dataDir}`,
  );
  if (program.sample !== undefined)
    print(
      `\n  A sample building of ${program.sample.rooms.length} rooms is simulated, in ${program.sample.city}, where it is morning.`,
    );
  print("\nSign in once with one of these links (each works once, for 24 hours):\n");
  for (const role of ["facilities", "sales"] as const)
    print(`  ${role.padEnd(11)} ${await program.server.signInLink(role)}`);
  print("\nStop with Ctrl-C. More: greenroom --help\n");
}

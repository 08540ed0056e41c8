import { Command } from "commander";
import { systemClock } from "#contract/system-clock.ts";
import { EngineConfig } from "#server/history/engine-config.ts";
import { startServer } from "#server/main.ts";
import { retentionOf } from "#server/store/retention.ts";
import { startRecorder } from "#server/recorder/recorder.ts";
import { takeDataDir } from "./data-dir.ts";
import { startLink } from "./link.ts";
import { programLog } from "./program-log.ts";
import { print, run, untilStopped } from "./run.ts";
import { loadSettings } from "./settings.ts";
import { webDir } from "./web-dir.ts";
import { pastInThread } from "./what-if/past-thread.ts";
import { tidyHeap } from "./tidy-heap.ts";

export const serverCommand = (): Command =>
  new Command("server")
    .description("Records history, reads calendars, serves web, REST and live feed, beside an external broker.")
    .option("--config <file>", "the configuration (greenroom.yaml where it exists)")
    .option("--broker <url>", "the MQTT broker, mqtt://… or mqtts://…")
    .option("--data-dir <folder>", "where everything is kept (DATA_DIR, ./data)")
    .action(
      run(async (options: { config?: string; broker?: string; dataDir?: string }) => {
        const settings = loadSettings({ ...options, apart: "server" });
        const log = programLog();
        const release = takeDataDir(settings.data_dir);
        const link = await startLink({ settings, clock: systemClock, log });
        const recorder = await startRecorder({
          bus: await link.bus("recorder"),
          clock: systemClock,
          log,
          dataDir: settings.data_dir,
          engine: settings.history ?? EngineConfig.parse({ engine: "sqlite" }),
          attach: "bus",
        });
        const bus = await link.bus("server");
        const server = await startServer({
          bus,
          clock: systemClock,
          log,
          dataDir: settings.data_dir,
          host: settings.host,
          port: settings.port,
          ...(settings.public_url === undefined ? {} : { publicUrl: settings.public_url }),
          recorder,
          webDir: webDir(),
          brokerConnected: () => bus.connected,
          retention: retentionOf(settings.retention),
          agentBroker: link.agentBroker,
          runPast: pastInThread(settings),
        });
        const stopped = untilStopped();
        tidyHeap({ clock: systemClock });
        print(
          `The server is at ${server.url}, its broker at ${link.url}.\n\n  facilities  ${await server.signInLink("facilities")}\n  sales       ${await server.signInLink("sales")}\n\nStop with Ctrl-C.`,
        );
        await stopped;
        await server.stop();
        await recorder.stop();
        await link.stop();
        release();
        process.exit();
      }),
    );

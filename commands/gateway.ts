import { Command, InvalidArgumentError } from "commander";
import { systemClock } from "#contract/system-clock.ts";
import { startGateway } from "#gateway/main.ts";
import { NotifyConfig } from "#gateway/notify/config.ts";
import { startLink } from "./link.ts";
import { programLog } from "./program-log.ts";
import { print, run, untilStopped } from "./run.ts";
import { loadSettings } from "./settings.ts";
import { tidyHeap } from "./tidy-heap.ts";

export const gatewayCommand = (): Command =>
  new Command("gateway")
    .description("Judges rooms and raises alerts, from an external broker alone.")
    .option("--config <file>", "the configuration (greenroom.yaml where it exists)")
    .option("--broker <url>", "the MQTT broker, mqtt://… or mqtts://…")
    .option("--shard <i/n>", "take the sites that hash to this share, for example 1/3", parseShard)
    .action(
      run(async (options: { config?: string; broker?: string; shard?: { index: number; of: number } }) => {
        const settings = loadSettings({ ...options, apart: "gateway" });
        const log = programLog();
        const link = await startLink({ settings, clock: systemClock, log });
        const name = options.shard === undefined ? "gateway" : `gateway-${options.shard.index}-of-${options.shard.of}`;
        const replies = await link.session(`${name}-replies`);
        const gateway = await startGateway({
          bus: await link.bus(name),
          ...(replies === undefined ? {} : { replies }),
          clock: systemClock,
          log,
          notify: settings.notify ?? NotifyConfig.parse({}),
          ...(settings.alerts !== undefined && { alerts: settings.alerts }),
          ...(settings.announce !== undefined && { announce: settings.announce }),
          ...(settings.public_url === undefined ? {} : { publicUrl: settings.public_url }),
          ...(options.shard === undefined ? {} : { shard: options.shard }),
          ...(settings.translate !== undefined && {
            translate: { maps: settings.translate, site: settings.site, link: link.gear },
          }),
        });
        const stopped = untilStopped();
        tidyHeap({ clock: systemClock });
        print(`The gateway judges rooms on ${link.url}. Stop with Ctrl-C.`);
        await stopped;
        await gateway.stop();
        await link.stop();
        process.exit();
      }),
    );

function parseShard(text: string): { index: number; of: number } {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (!(shard.index >= 1 && shard.index <= shard.of))
    throw new InvalidArgumentError("must be i/n with 1 ≤ i ≤ n, for example 1/3");
  return shard;
}

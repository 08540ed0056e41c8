import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { GreenroomError } from "#contract/errors.ts";
import { systemClock } from "#contract/system-clock.ts";
import { decideTargets, parseNetwork } from "#edge/scan/networks.ts";
import type { Probe } from "#edge/scan/probe.ts";
import { proposeConfig } from "#edge/scan/propose.ts";
import { DEFAULT_RATE, probes, scan, usable } from "#edge/scan/scan.ts";
import { Secret } from "#edge/secret.ts";
import { print, printJson, run } from "./run.ts";

interface EdgeScanOptions {
  network: string[];
  probes?: string[];
  communityEnv?: string;
  rate: string;
  yes?: boolean;
  large?: boolean;
  public?: boolean;
  json?: boolean;
}

export const edgeScanCommand = (): Command =>
  new Command("scan")
    .description(
      "Looks for devices on the networks that are named, and nowhere else; proposes the agent's configuration.",
    )
    .requiredOption("--network <network...>", "IPv4 networks or addresses, as 10.1.2.0/28")
    .option("--probes <names...>", `only these of: ${probes.map(({ id }) => id).join(", ")}`)
    .option("--community-env <name>", "the environment variable with the SNMP community; without it SNMP is not asked")
    .option("--rate <number>", "probes a second, at most", String(DEFAULT_RATE))
    .option("--yes", "do not ask before the first packet")
    .option("--large", "allow more than 1,024 addresses")
    .option("--public", "allow addresses of the internet: only your own")
    .option("--json", "for programs: {targets, probes, found, config}")
    .addHelpText(
      "after",
      `
The proposal goes to standard output, everything else to standard error: greenroom edge scan --network 10.1.2.0/28 > agent.yaml
No log-in is tried, nothing is switched or set.

Exit codes: 0 it looked everywhere · 1 it was not wanted, or failed · 2 the networks or options have faults`,
    )
    .action(
      run(async (options: EdgeScanOptions) => {
        const networks = options.network.flatMap((text) => text.split(",")).map(parseNetwork);
        const targets = decideTargets(networks, { isLarge: options.large === true, isPublic: options.public === true });
        const rate = parseRate(options.rate);
        const community = readCommunity(options.communityEnv);
        const chosen = usable(choose(options.probes), community);
        const count = targets.length * chosen.length;
        say(
          `This contacts ${targets.length} ${targets.length === 1 ? "address" : "addresses"} (${networks.map(({ text }) => text).join(", ")}) with:`,
        );
        for (const { title, port } of chosen) say(`  ${title}, port ${port}`);
        if (community === undefined) say("  (no SNMP: no --community-env)");
        say(`${count} probes, at most ${rate} a second: about ${Math.ceil(count / rate) + 3} s. Nowhere else.`);
        if (options.yes !== true && !(await isWanted())) {
          process.exitCode = 1;
          return;
        }
        const onProgress = process.stderr.isTTY
          ? (done: number, all: number) => void process.stderr.write(`\r${done}/${all}`)
          : undefined;
        const found = await scan({
          networks,
          targets,
          probes: chosen,
          clock: systemClock,
          rate,
          community,
          ...(onProgress !== undefined && { onProgress }),
        });
        if (onProgress !== undefined) say("");
        say(`${found.length} found.`);
        const config = await proposeConfig(found);
        if (options.json === true)
          printJson({ targets: targets.length, probes: chosen.map(({ id }) => id), found, config });
        else print(config.trimEnd());
      }),
    );

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function parseRate(text: string): number {
  const rate = Number(text);
  if (!(rate >= 1 && rate <= 1_000)) throw new GreenroomError("INPUT_INVALID", "--rate is 1 to 1000 probes a second");
  return rate;
}

function readCommunity(name: string | undefined): Secret | undefined {
  if (name === undefined) return undefined;
  const text = process.env[name];
  if (text === undefined || text === "") throw new GreenroomError("INPUT_INVALID", `the environment has no ${name}`);
  return new Secret(text);
}

function choose(names: string[] | undefined): Probe[] {
  const wanted = names?.flatMap((text) => text.split(","));
  const unknown = wanted?.filter((name) => !probes.some(({ id }) => id === name)) ?? [];
  if (unknown.length > 0)
    throw new GreenroomError(
      "INPUT_INVALID",
      `there is no probe ${unknown.join(", ")}: ${probes.map(({ id }) => id).join(", ")}`,
    );
  return probes.filter(({ id }) => wanted?.includes(id) ?? true);
}

async function isWanted(): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new GreenroomError(
      "INPUT_INVALID",
      "nobody is there to be asked: say --yes, if these networks are yours to scan",
    );
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question("Go on? [y/N] ");
  ask.close();
  return /^y(?:es)?$/i.test(answer.trim());
}

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { systemClock } from "#contract/system-clock.ts";
import { rfc3339 } from "#contract/units.ts";
import { enrol } from "#edge/identity/enrol.ts";
import { print, run } from "./run.ts";

interface EnrolOptions {
  server: string;
  code: string;
  dataDir: string;
  ca?: string;
}

export const edgeEnrolCommand = (): Command =>
  new Command("enrol")
    .description(
      "Exchanges a one-time code (greenroom agent enrol, or System → Agents) for a key and certificate of this agent's own.",
    )
    .requiredOption("--server <url>", "where Greenroom is, https://…")
    .requiredOption("--code <code>", "the code, good once and for half an hour; - reads it from the standard input")
    .requiredOption("--data-dir <folder>", "the agent's data folder: data_dir of its configuration")
    .option("--ca <file>", "who signed the server's certificate, where this system does not know it (PEM)")
    .addHelpText(
      "after",
      "\nThe private key is made here and never leaves the data folder. What is renewed later is renewed by the running agent.",
    )
    .action(
      run(async (options: EnrolOptions) => {
        const { server } = options;
        const code = options.code === "-" ? readFileSync(0, "utf8").trim() : options.code;
        const dataDir = resolve(options.dataDir);
        const ca = options.ca === undefined ? {} : { ca: readCa(options.ca) };
        const got = await enrol({ server, code, dataDir, ...ca }, systemClock);
        const rooms = got.rooms.length === 1 ? "1 room" : `${got.rooms.length} rooms`;
        print(
          `Enrolled as agent ${got.agent} of ${got.site}, for ${rooms}; until ${rfc3339(got.expires)}, then renewed.`,
        );
        print(`\nIts configuration begins with:\n`);
        print(`site: ${got.site}\nagent: ${got.agent}\ndata_dir: ${dataDir}`);
        print(`# The broker is ${got.broker.url}; no key and no broker need to stand here.`);
      }),
    );

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new GreenroomError("CONFIG_INVALID", `--ca: ${file} cannot be read: ${messageOf(error)}`, error);
  }
}

import { Command } from "commander";
import { GreenroomError } from "#contract/errors.ts";
import { rfc3339 } from "#contract/units.ts";
import { inviteToEnrol } from "#server/people/enrolment.ts";
import { openStore } from "#server/store/open-store.ts";
import { print, printJson, run } from "./run.ts";
import { loadSettings } from "./settings.ts";

interface InviteOptions {
  site: string;
  agent: string;
  rooms?: string[];
  config?: string;
  dataDir?: string;
  json?: boolean;
}

export const agentEnrolCommand = (): Command =>
  new Command("enrol")
    .description(
      "Makes a one-time code by which an agent gets a key and certificate of its own; good once and for half an hour.",
    )
    .requiredOption("--site <site>", "where it is")
    .requiredOption("--agent <agent>", "its name: a-z, 0-9 and -")
    .option("--rooms <room...>", "the rooms it may speak for; all that the site has now unless named")
    .option("--json", "for programs: {agent, site, rooms, code, expires_at}")
    .option("--config <file>", "the configuration (greenroom.yaml where it exists)")
    .option("--data-dir <folder>", "the data folder (DATA_DIR, ./data)")
    .action(
      run(async (options: InviteOptions) => {
        const { site, agent } = options;
        const settings = loadSettings(options);
        const store = await openStore(settings.data_dir);
        try {
          const ofSite = (await store.rooms.all()).filter((room) => room.site === site).map(({ key }) => key);
          const named = options.rooms
            ?.flatMap((each) => each.split(","))
            .map((room) => (room.includes("/") ? room : `${site}/${room}`));
          const rooms = named ?? ofSite;
          if (rooms.length === 0) throw new GreenroomError("NOT_FOUND", `there is no room at ${site}`);
          const unknown = rooms.filter((room) => !ofSite.includes(room));
          if (unknown.length > 0) throw new GreenroomError("NOT_FOUND", `there is no room ${unknown.join(", ")}`);
          const { code, expires } = await inviteToEnrol(store, { agent, site, rooms });
          const expires_at = rfc3339(expires);
          if (options.json === true) return printJson({ agent, site, rooms, code, expires_at });
          const server = settings.public_url ?? `http://${settings.host}:${settings.port}`;
          print(`${agent} may enrol until ${expires_at}, for ${rooms.join(", ")}. On its machine:\n`);
          print(`greenroom edge enrol --server ${server} --data-dir FOLDER --code ${code}`);
        } finally {
          await store.close();
        }
      }),
    );

import { Command, Option } from "commander";
import { createApiToken } from "#server/people/api-tokens.ts";
import { openStore } from "#server/store/open-store.ts";
import { print, run } from "./run.ts";
import { loadSettings } from "./settings.ts";

export const tokenCommand = (): Command =>
  new Command("token")
    .description(
      "Makes an API token and prints it on the last line. It is shown once and kept only as a hash. Works while Greenroom runs.",
    )
    .addOption(
      new Option("--role <role>", "what it may do")
        .choices(["viewer", "sales", "facilities", "admin"])
        .makeOptionMandatory(),
    )
    .option("--name <name>", "what it is for", "command line")
    .option("--data-dir <folder>", "the data folder (DATA_DIR, ./data)")
    .action(
      run(async (options: { role: "viewer" | "sales" | "facilities" | "admin"; name: string; dataDir?: string }) => {
        const store = await openStore(loadSettings(options).data_dir);
        const token = await createApiToken(store, { role: options.role, name: options.name });
        await store.close();
        print(`An API token for the role ${options.role}. Send it as: Authorization: Bearer …\n`);
        print(token);
      }),
    );

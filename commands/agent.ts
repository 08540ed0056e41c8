import { Command } from "commander";
import { GreenroomError } from "#contract/errors.ts";
import { AgentKeyDesk } from "#server/people/agent-keys.ts";
import { openStore } from "#server/store/open-store.ts";
import { print, printJson, run } from "./run.ts";
import { loadSettings } from "./settings.ts";

interface StoreOptions {
  dataDir?: string;
}

async function withKeys<T>(options: StoreOptions, task: (keys: AgentKeyDesk) => Promise<T>): Promise<T> {
  const store = await openStore(loadSettings(options).data_dir);
  try {
    return await task(new AgentKeyDesk(store));
  } finally {
    await store.close();
  }
}

const dataDirOption = ["--data-dir <folder>", "the data folder (DATA_DIR, ./data)"] as const;

export const agentCommand = (): Command =>
  new Command("agent")
    .description("Keys of edge agents and MQTT devices. Works while Greenroom runs.")
    .addCommand(
      new Command("add")
        .description(
          "Lets an agent sign in; prints its key on the last line. It is shown once and kept only as a hash.",
        )
        .argument("<agent>", "its name: a-z, 0-9 and -")
        .option("--rooms <site/room...>", "the rooms it may speak for")
        .option(
          "--gear",
          "for vendor gear: it may publish where the subscription map of this name listens, and nothing else",
        )
        .option(...dataDirOption)
        .action(
          run(async (agent: string, options: StoreOptions & { rooms?: string[]; gear?: boolean }) => {
            const rooms = (options.rooms ?? []).flatMap((each) => each.split(","));
            if ((rooms.length === 0) === (options.gear !== true))
              throw new GreenroomError("INPUT_INVALID", "name its rooms with --rooms, or say --gear for vendor gear");
            const key = await withKeys(options, (keys) => keys.create(agent, rooms));
            const right =
              rooms.length > 0
                ? `speak for ${rooms.join(", ")}`
                : `publish what \`translate:\` of the configuration says of ${agent}`;
            print(`${agent} may ${right}. Its user name is ${agent}, its password this key:\n`);
            print(key);
          }),
        ),
    )
    .addCommand(
      new Command("list")
        .description("Who may sign in, and for which rooms.")
        .option("--json", "for programs")
        .option(...dataDirOption)
        .action(
          run(async (options: StoreOptions & { json?: boolean }) => {
            const list = await withKeys(options, (keys) => keys.list());
            if (options.json === true)
              printJson(
                list.map(({ agent, rooms, created_ms }) => ({
                  agent,
                  rooms,
                  created_at: new Date(created_ms).toISOString(),
                })),
              );
            else
              for (const { agent, rooms } of list)
                print(
                  `${agent.padEnd(24)} ${rooms.length} rooms: ${rooms.slice(0, 6).join(", ")}${rooms.length > 6 ? " …" : ""}`,
                );
          }),
        ),
    )
    .addCommand(
      new Command("revoke")
        .description("Ends an agent's key. A running Greenroom refuses it from its next sign-in on.")
        .argument("<agent>")
        .option(...dataDirOption)
        .action(
          run(async (agent: string, options: StoreOptions) => {
            if (!(await withKeys(options, (keys) => keys.revoke(agent))))
              throw new GreenroomError("NOT_FOUND", `there is no agent called ${agent}`);
            print(`${agent} can no longer sign in.`);
          }),
        ),
    );

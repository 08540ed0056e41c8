import { Command, Option } from "commander";
import { GreenroomError } from "#contract/errors.ts";
import { type AgentKey, AgentKeyDesk } from "#server/people/agent-keys.ts";
import { type PanelKind, panelKinds, panelTopics } from "#server/people/panel-topics.ts";
import { openStore } from "#server/store/open-store.ts";
import { agentAclCommand } from "./agent-acl.ts";
import { agentEnrolCommand } from "./agent-enrol.ts";
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

interface AddOptions extends StoreOptions {
  rooms?: string[];
  gear?: boolean;
  read?: PanelKind;
  prefix?: string;
}

async function addPanel(
  name: string,
  { kind, rooms, prefix, ...options }: StoreOptions & { kind: PanelKind; rooms: readonly string[]; prefix?: string },
): Promise<void> {
  const topics = panelTopics(kind, { ...(rooms.length > 0 && { rooms }), ...(prefix !== undefined && { prefix }) });
  const key = await withKeys(options, (keys) => keys.createFor("panel", name, topics));
  print(`${name} may read ${topics.join(", ")} and say nothing. Its user name is ${name}, its password this key:\n`);
  print(key);
}

const time = (ms: number): string => new Date(ms).toISOString();

const forPrograms = ({
  agent,
  role,
  rooms,
  topics,
  created_ms,
  seen_ms,
  certificate,
  code_until_ms,
}: AgentKey): object => ({
  agent,
  role,
  rooms,
  ...(role !== "agent" && { topics }),
  created_at: time(created_ms),
  ...(seen_ms !== undefined && { seen_at: time(seen_ms) }),
  ...(certificate !== undefined && {
    certificate: {
      serial: certificate.serial,
      issued_at: time(certificate.issued_ms),
      expires_at: time(certificate.expires_ms),
    },
  }),
  ...(code_until_ms !== undefined && { code_until: time(code_until_ms) }),
});

function describe({ agent, role, rooms, topics, seen_ms, certificate }: AgentKey): string {
  const what =
    role === "agent"
      ? `${rooms.length} rooms: ${rooms.slice(0, 6).join(", ")}${rooms.length > 6 ? " …" : ""}`
      : `reads ${topics.join(", ")}`;
  const seen = seen_ms === undefined ? "never seen" : `seen ${time(seen_ms).slice(0, 16)}Z`;
  const until = certificate === undefined ? "by key" : `certificate until ${time(certificate.expires_ms).slice(0, 10)}`;
  return `${agent.padEnd(24)} ${seen.padEnd(22)} ${until.padEnd(28)} ${what}`;
}

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
        .addOption(
          new Option(
            "--read <what>",
            "for what only reads: door signs (of --rooms, or all), or Home Assistant",
          ).choices(panelKinds),
        )
        .option("--prefix <topic>", "of Home Assistant's discovery, where it is not homeassistant")
        .option(...dataDirOption)
        .action(
          run(async (agent: string, options: AddOptions) => {
            const rooms = (options.rooms ?? []).flatMap((each) => each.split(","));
            if (options.read !== undefined) return addPanel(agent, { ...options, kind: options.read, rooms });
            if ((rooms.length === 0) === (options.gear !== true))
              throw new GreenroomError(
                "INPUT_INVALID",
                "name its rooms with --rooms, or say --gear for vendor gear, or --read for a panel",
              );
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
        .description(
          "Who may sign in and for which rooms, when they last did, and until when their certificates are good.",
        )
        .option("--json", "for programs")
        .option(...dataDirOption)
        .action(
          run(async (options: StoreOptions & { json?: boolean }) => {
            const list = await withKeys(options, (keys) => keys.list());
            if (options.json === true) printJson(list.map(forPrograms));
            else for (const key of list) print(describe(key));
          }),
        ),
    )
    .addCommand(
      new Command("revoke")
        .description("Ends an agent's key, certificate and open code. A running Greenroom cuts it off within a second.")
        .argument("<agent>")
        .option(...dataDirOption)
        .action(
          run(async (agent: string, options: StoreOptions) => {
            if (!(await withKeys(options, (keys) => keys.revoke(agent))))
              throw new GreenroomError("NOT_FOUND", `there is no agent called ${agent}`);
            print(
              `${agent} can no longer sign in. A broker of your own learns it from \`greenroom agent acl --out …\`.`,
            );
          }),
        ),
    )
    .addCommand(agentEnrolCommand())
    .addCommand(agentAclCommand());

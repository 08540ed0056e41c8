import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { systemClock } from "#contract/system-clock.ts";
import { instant } from "#contract/units.ts";
import { ROOT } from "#contract/wire.ts";
import { authorityOf } from "#server/authority/authority.ts";
import { type AgentKey, AgentKeyDesk } from "#server/people/agent-keys.ts";
import { openStore } from "#server/store/open-store.ts";
import { print, run } from "./run.ts";
import { loadSettings } from "./settings.ts";

/** What a broker of yours needs so that agents sign in to it with their certificates, and do no more than they may. */
export const agentAclCommand = (): Command =>
  new Command("acl")
    .description(
      "What a broker of yours needs: access list, configuration, our authority's certificate and the list of what was revoked.",
    )
    .addOption(new Option("--broker <kind>", "which broker").choices(["mosquitto"]).makeOptionMandatory())
    .option("--out <folder>", "write the files there; without it the access list and configuration are printed")
    .option("--data-dir <folder>", "the data folder (DATA_DIR, ./data)")
    .action(
      run(async ({ dataDir, ...options }: { out?: string; dataDir?: string }) => {
        const { data_dir } = loadSettings({ dataDir });
        const store = await openStore(data_dir);
        try {
          const keys = await new AgentKeyDesk(store).list();
          const acl = mosquittoAcl(keys);
          if (options.out === undefined) {
            print(`# ---- mosquitto.conf\n${mosquittoConf("/etc/mosquitto/greenroom")}\n# ---- acl\n${acl}`);
            return;
          }
          const authority = await authorityOf(data_dir, systemClock)();
          const ended = (await store.agentCertificates.all()).flatMap(({ serial, ended_ms }) =>
            ended_ms === null ? [] : [{ serial, at: instant(ended_ms) }],
          );
          mkdirSync(options.out, { recursive: true });
          const files: Record<string, string> = {
            acl,
            "greenroom.conf": mosquittoConf(options.out),
            "greenroom-ca.pem": authority.certificate,
            "greenroom-revoked.pem": await authority.revocationList(ended),
          };
          for (const [name, text] of Object.entries(files)) writeFileSync(join(options.out, name), text);
          print(
            `${Object.keys(files).join(", ")} are in ${options.out}. Restart Mosquitto: it reads the list of what was revoked at its start alone.`,
          );
        } finally {
          await store.close();
        }
      }),
    );

/** The access list, with one block for each agent and panel. */
export function mosquittoAcl(keys: readonly AgentKey[]): string {
  const blocks = keys.map(({ agent, role, rooms, topics }) => {
    const lines = role === "panel" ? topics.map((topic) => `topic read ${topic}`) : rooms.flatMap(linesOfRoom);
    return [`user ${agent}`, ...lines].join("\n");
  });
  return `${[COMMON, GREENROOM, ...blocks].join("\n\n")}\n`;
}

const COMMON = `# Every client: a message to itself, by which it knows that it has had everything that is retained.
pattern readwrite greenroom/settled/%c

# Every agent, under its own name: its state, and what is stored of its readings.
pattern readwrite ${ROOT}/+/agents/%u/state
pattern read ${ROOT}/+/agents/%u/committed`;

const GREENROOM = `# Greenroom itself: gateway, server, recorder; and what it says to Home Assistant, where that is configured.
user greenroom
topic readwrite greenroom/#
topic write homeassistant/#`;

const linesOfRoom = (room: string): string[] => [
  ...["reading", "state", "result"].map((kind) => `topic write ${ROOT}/${room}/+/${kind}`),
  `topic read ${ROOT}/${room}/+/command`,
];

/** Agents come to the first port with the certificate that they got when they enrolled, everybody else to the second with a password. */
const mosquittoConf = (folder: string): string => `per_listener_settings false
allow_anonymous false
acl_file ${folder}/acl
password_file /etc/mosquitto/passwords

listener 8883
certfile /etc/mosquitto/certs/broker.pem
keyfile /etc/mosquitto/certs/broker.key
cafile ${folder}/greenroom-ca.pem
crlfile ${folder}/greenroom-revoked.pem
require_certificate true
use_identity_as_username true
tls_version tlsv1.2

listener 8884
certfile /etc/mosquitto/certs/broker.pem
keyfile /etc/mosquitto/certs/broker.key
tls_version tlsv1.2
`;

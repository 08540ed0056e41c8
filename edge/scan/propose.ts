import { stringify } from "yaml";
import { loadDrivers } from "../drivers/registry.ts";
import { Secret } from "../secret.ts";
import type { Found } from "./probe.ts";

/** The room of everything that is not yet where it belongs. */
const ROOM = "unsorted";

/** A configuration of an agent that reads what was found; what still needs a word of a person stands in it as a comment. */
export async function proposeConfig(found: readonly Found[]): Promise<string> {
  const drivers = await loadDrivers(found.flatMap(({ proposal }) => proposal?.driver ?? []));
  const devices = found.map((one) => {
    const { proposal } = one;
    const driver = drivers.get(proposal?.driver ?? "");
    const isWhole = driver !== undefined && driver.options.safeParse(withSecrets(proposal?.options ?? {})).success;
    return describe(one, isWhole);
  });
  const hasAny = devices.some((text) => text.includes("\n  - "));
  return [
    "# Proposed by greenroom edge scan. Name site, agent and rooms, set what is read from the environment, then:",
    "# greenroom edge check --config this-file.yaml",
    "",
    "site: my-site",
    "agent: my-agent",
    "key_env: GREENROOM_AGENT_KEY",
    'broker: { url: "mqtt://127.0.0.1:1883" }',
    "data_dir: agent-data",
    "",
    hasAny ? "devices:" : "devices: []",
    ...devices,
    "",
  ].join("\n");
}

function describe({ probe, host, what, model, proposal, note }: Found, isWhole: boolean): string {
  const head = `  # ${host}: ${what}${model === undefined ? "" : `: ${model}`}`;
  const said = note === undefined ? [] : [`  # → ${note}`];
  if (proposal === undefined) return ["", head].join("\n");
  const entry = stringify([
    {
      room: ROOM,
      device: `${probe}-${host.replaceAll(".", "-")}`,
      ...(model !== undefined && { name: model.slice(0, 128) }),
      driver: proposal.driver,
      interval_s: 60,
      options: proposal.options,
    },
  ]);
  const lines = entry
    .trimEnd()
    .split("\n")
    .map((line) => (isWhole ? `  ${line}` : `  # ${line}`));
  return ["", head, ...said, ...lines].join("\n");
}

/** As the loader reads it: what `X_env` names becomes a secret called `X`. */
const withSecrets = (options: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) =>
      name.endsWith("_env") ? [name.slice(0, -4), new Secret("secret")] : [name, value],
    ),
  );

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { Id, RESERVED_DEVICES, RESERVED_ROOM } from "#contract/ids.ts";
import { hours, type Millis, seconds } from "#contract/units.ts";
import { type ConfigFault, type ConfigSource, ConfigText } from "./config-source.ts";
import { driverIds, loadDrivers } from "./drivers/registry.ts";
import { type Identity, readIdentity } from "./identity/identity.ts";
import type { GiveUp } from "./outbox/outbox.ts";
import { type Secret, secret } from "./secret.ts";

function isBrokerUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "mqtt:" && url.protocol !== "mqtts:") || url.hostname === "") return false;
  return (
    url.username === "" && url.password === "" && url.search === "" && (url.pathname === "" || url.pathname === "/")
  );
}

const DeviceEntry = z.strictObject({
  room: Id.refine((room) => room !== RESERVED_ROOM, `"${RESERVED_ROOM}" cannot be the name of a room`),
  device: Id.refine((device) => !RESERVED_DEVICES.includes(device), "is a reserved name"),
  name: z.string().max(128).optional(),
  driver: z.string().refine((id) => driverIds.includes(id), `must be one of: ${driverIds.join(", ")}`),
  interval_s: z.number().positive().max(86_400).default(60),
  options: z.record(z.string(), z.unknown()).default({}),
});

const AgentFile = z.strictObject({
  site: Id,
  agent: Id,
  /** Given as `key_file` or `key_env`; absent only where the broker lets anybody in. */
  key: secret().optional(),
  /** Absent where the agent has enrolled: it was told then. */
  broker: z
    .strictObject({
      url: z
        .string()
        .refine(isBrokerUrl, "must be mqtt://host:port or mqtts://host:port, without user, password or path"),
      /** Given as `ca_file`. */
      ca: secret().optional(),
    })
    .optional(),
  data_dir: z.string().min(1),
  outbox: z
    .strictObject({
      max_mb: z.number().min(1).max(100_000).default(256),
      max_age_h: z.number().min(1).max(8_760).default(72),
      /** Which readings go first when `max_mb` is reached. */
      give_up: z.enum(["oldest", "lowest-value"]).default("oldest"),
    })
    .prefault({}),
  devices: z.array(DeviceEntry).max(1_000),
});

export interface DeviceConfig {
  room: string;
  device: string;
  name: string | undefined;
  driver: string;
  /** Checked by the driver's own schema. */
  options: unknown;
  interval: Millis;
}

export interface EdgeConfig {
  site: string;
  agent: string;
  key: Secret | undefined;
  broker: { url: string; ca: Secret | undefined };
  /** What it got when it enrolled into its data folder. */
  identity?: Identity | undefined;
  dataDir: string;
  outbox: { maxBytes: number; maxAge: Millis; giveUp?: GiveUp };
  devices: readonly DeviceConfig[];
}

/** Reads and checks a configuration file; throws CONFIG_INVALID that lists every fault. */
export async function loadEdgeConfig(file: string, env: ConfigSource["env"] = process.env): Promise<EdgeConfig> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new GreenroomError("CONFIG_INVALID", `${file} cannot be read: ${messageOf(error)}`);
  }
  const parsed = await parseEdgeConfig(text, { folder: dirname(resolve(file)), env });
  if (parsed.ok) return parsed.config;
  const faults = parsed.faults.map(({ where, line, why }) => {
    const place = line === undefined ? where : `line ${line}, ${where}`;
    return `  ${place}: ${why}`;
  });
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  throw new GreenroomError("CONFIG_INVALID", [`${file} has ${count}:`, ...faults].join("\n"));
}

/** Loads the drivers that it names, and no others. */
export async function parseEdgeConfig(
  yaml: string,
  source: ConfigSource,
): Promise<{ ok: true; config: EdgeConfig } | { ok: false; faults: readonly ConfigFault[] }> {
  const text = new ConfigText(yaml, source);
  if (text.faults.length > 0 && text.content === undefined) return { ok: false, faults: text.faults };
  const file = AgentFile.safeParse(text.content);
  if (!file.success) text.noteIssues(file.error.issues, []);
  const devices = await checkDevices(text);
  if (!file.success || text.faults.length > 0) {
    return { ok: false, faults: text.faults.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
  }
  const { site, agent, key, broker, data_dir, outbox } = file.data;
  const dataDir = resolve(source.folder, data_dir);
  const identity = enrolledIn(dataDir, { site, agent }, text);
  const address = broker ?? identity?.broker;
  if (address === undefined) text.note(["broker"], "is missing, and this agent has not enrolled into its data_dir");
  if (address === undefined || text.faults.length > 0) return { ok: false, faults: text.faults };
  return {
    ok: true,
    config: {
      site,
      agent,
      key,
      broker: { url: address.url, ca: broker?.ca },
      ...(identity !== undefined && { identity }),
      dataDir,
      outbox: { maxBytes: outbox.max_mb * 1024 * 1024, maxAge: hours(outbox.max_age_h), giveUp: outbox.give_up },
      devices,
    },
  };
}

/** What the agent got when it enrolled; a fault where that was another agent. */
function enrolledIn(dataDir: string, who: { site: string; agent: string }, text: ConfigText): Identity | undefined {
  try {
    const identity = readIdentity(dataDir);
    if (identity === undefined || (identity.site === who.site && identity.agent === who.agent)) return identity;
    text.note(["agent"], `this data folder was enrolled as ${identity.site}/${identity.agent}`);
  } catch (error) {
    text.note(["data_dir"], messageOf(error));
  }
  return undefined;
}

/** Each device against its driver's own schema and the devices beside it, also when something else in the file is wrong. */
async function checkDevices(text: ConfigText): Promise<DeviceConfig[]> {
  const list = z.object({ devices: z.array(z.unknown()) }).safeParse(text.content).data?.devices ?? [];
  const all = list.map((item) => ({ item, written: Readable.safeParse(item).data ?? {} }));
  const drivers = await loadDrivers(all.flatMap(({ written }) => written.driver ?? []));
  const devices: DeviceConfig[] = [];
  const places = new Set<string>();
  for (const [i, { item, written }] of all.entries()) {
    const driver = drivers.get(written.driver ?? "");
    const options = written.options && driver?.options.safeParse(written.options);
    if (options?.success === false) text.noteIssues(options.error.issues, ["devices", i, "options"]);
    if (written.room !== undefined && written.device !== undefined) {
      const place = `${written.room}/${written.device}`;
      if (places.has(place)) text.note(["devices", i, "device"], `${written.room} has a device of this name already`);
      places.add(place);
    }
    const shortest = driver?.shortestInterval ?? seconds(0);
    if (written.interval_s !== undefined && written.interval_s > 0 && seconds(written.interval_s) < shortest)
      text.note(["devices", i, "interval_s"], `must be at least ${shortest / 1_000} for ${driver?.id}`);
    const entry = DeviceEntry.safeParse(item);
    if (!entry.success || driver === undefined || options?.success !== true) continue;
    const { room, device, name, interval_s } = entry.data;
    devices.push({ room, device, name, driver: driver.id, options: options.data, interval: seconds(interval_s) });
  }
  return devices;
}

/** What can be read of an entry, whatever else is wrong with it. */
const Readable = z.object({
  room: z.string().optional().catch(undefined),
  device: z.string().optional().catch(undefined),
  driver: z.string().optional().catch(undefined),
  interval_s: z.number().optional().catch(undefined),
  options: z.record(z.string(), z.unknown()).default({}).optional().catch(undefined),
});

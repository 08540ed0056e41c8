import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { errorKinds, GreenroomError, messageOf } from "#contract/errors.ts";
import { linkTrouble } from "#gateway/notify/links.ts";
import { mapName } from "#gateway/relay/config.ts";
import { loadSettings, type Settings } from "../settings.ts";
import { webIsBuilt } from "../web-dir.ts";

/** One thing that was looked at. */
export interface Finding {
  check: string;
  state: "ok" | "warning" | "wrong";
  finding: string;
  cure?: string;
}

const LEAST_FREE_MB = 500;
const TIMEOUT_MS = 3_000;
const OLDEST_NODE = 26;

/** Looks at everything that an installation needs. Changes nothing, and never throws for what it finds. */
export async function examine(options: { config?: string; broker?: string; dataDir?: string }): Promise<Finding[]> {
  const findings: Finding[] = [
    examineRuntime(),
    webIsBuilt()
      ? ok("web", "the web application is built")
      : wrong("web", "the web application is not built", "run `npm ci`, or `npm run build`"),
  ];
  let settings: Settings;
  try {
    settings = loadSettings(options);
    findings.push(ok("configuration", settings.sample ? "none: the sample building would be simulated" : "is right"));
  } catch (error) {
    const cure = error instanceof GreenroomError ? errorKinds[error.code].cure : undefined;
    return [...findings, wrong("configuration", messageOf(error), cure)];
  }
  findings.push(
    ...examineDataDir(settings.data_dir),
    await examinePort("web port", settings.host, settings.port, "PORT"),
  );
  findings.push(
    settings.broker === undefined
      ? await examinePort("mqtt port", settings.host, settings.mqtt_port, "MQTT_PORT")
      : await reach("broker", settings.broker.url, 1883),
  );
  for (const map of settings.translate ?? [])
    if (map.broker !== undefined) findings.push(await reach(`broker of ${mapName(map)}`, map.broker.url, 1883));
  if (settings.history !== undefined && settings.history.engine !== "sqlite")
    findings.push(await reach("history", settings.history.url, 8086));
  findings.push(...(await examineChannels(settings)), ...examineLinks(settings));
  findings.push(...examineCalendars(settings.data_dir), examineClock());
  return findings;
}

const ok = (check: string, finding: string): Finding => ({ check, state: "ok", finding });
const wrong = (check: string, finding: string, cure?: string): Finding => ({
  check,
  state: "wrong",
  finding,
  ...(cure === undefined ? {} : { cure }),
});
const warning = (check: string, finding: string, cure: string): Finding => ({ check, state: "warning", finding, cure });

function examineRuntime(): Finding {
  const major = Number(process.versions.node.split(".")[0]);
  return major >= OLDEST_NODE
    ? ok("runtime", `Node ${process.versions.node}`)
    : wrong(
        "runtime",
        `Node ${process.versions.node} is too old`,
        "start through `npm start` or bin/greenroom, which use the pinned one",
      );
}

function examineDataDir(dataDir: string): Finding[] {
  if (!existsSync(dataDir)) return [ok("data folder", `${dataDir} does not exist yet; the first start makes it`)];
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK);
  } catch {
    return [wrong("data folder", `${dataDir} cannot be read and written`, "give it to the user that runs Greenroom")];
  }
  const { bavail, bsize } = statfsSync(dataDir);
  const freeMb = Math.floor((bavail * bsize) / 2 ** 20);
  const space =
    freeMb >= LEAST_FREE_MB
      ? ok("disk", `${freeMb} MB free`)
      : wrong(
          "disk",
          `only ${freeMb} MB free`,
          "free space: at 0 no reading is taken any more (nothing acknowledged is lost)",
        );
  return [
    ok("data folder", dataDir),
    space,
    ...["app.db", "history.db"].flatMap((name) => examineDatabase(join(dataDir, name), name)),
  ];
}

function examineDatabase(file: string, name: string): Finding[] {
  if (!existsSync(file)) return [];
  try {
    const db = new DatabaseSync(file, { readOnly: true });
    const [row] = db.prepare("PRAGMA quick_check(1)").all() as { quick_check: string }[];
    db.close();
    return [
      row?.quick_check === "ok"
        ? ok(name, "is whole")
        : wrong(name, `is damaged: ${row?.quick_check ?? "no answer"}`, "restore it from a backup"),
    ];
  } catch (error) {
    return [wrong(name, `cannot be opened: ${messageOf(error)}`, "restore it from a backup")];
  }
}

/** A port in use is right when it is ours that listens there. */
async function examinePort(check: string, host: string, port: number, variable: string): Promise<Finding> {
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
  if (free) return ok(check, `${host}:${port} is free`);
  const ours =
    check === "web port" &&
    (await fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
      (answer) => answer.ok,
      () => false,
    ));
  return ours
    ? ok(check, `Greenroom answers on ${host}:${port}`)
    : warning(
        check,
        `${host}:${port} is in use`,
        `right if that is Greenroom; otherwise stop the other program, or set ${variable}`,
      );
}

async function reach(check: string, url: string, defaultPort: number): Promise<Finding> {
  const { hostname, port } = new URL(url);
  const error = await tryConnect(hostname, Number(port) || defaultPort);
  return error === undefined
    ? ok(check, `${url} can be reached`)
    : wrong(
        check,
        `${url} cannot be reached: ${error}`,
        "check that it runs, and host, port and firewall; what is recorded meanwhile waits on disk",
      );
}

const tryConnect = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.setTimeout(TIMEOUT_MS, () => {
      socket.destroy();
      resolve("no answer in 3 s");
    });
    socket.once("connect", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once("error", (error) => resolve(error.message));
  });

async function examineChannels({ notify }: Settings): Promise<Finding[]> {
  const channels = notify?.channels;
  if (channels === undefined || Object.keys(channels).length === 0)
    return [
      warning("channels", "alerts reach only the log", "configure notify in greenroom.yaml: e-mail, webhook or Slack"),
    ];
  const findings: Finding[] = [];
  for (const [name, channel] of Object.entries(channels)) {
    if (channel.kind === "email")
      findings.push(await reach(`channel ${name}`, `smtp://${channel.host}:${channel.port}`, 587));
    else if (channel.kind === "webhook")
      findings.push(await reach(`channel ${name}`, channel.url, channel.url.startsWith("https") ? 443 : 80));
    else
      findings.push(
        ok(
          `channel ${name}`,
          channel.kind === "slack" ? "its address is secret and is not tried" : "prints to the log",
        ),
      );
  }
  return findings;
}

/** Whether a message to a person leads to its alert. */
function examineLinks({ notify, public_url, host, port }: Settings): Finding[] {
  if (notify === undefined) return [];
  const cure = "set public_url in greenroom.yaml to where people reach the web";
  const trouble = linkTrouble(notify, public_url);
  if (trouble === undefined) return public_url === undefined ? [] : [ok("links", `messages lead to ${public_url}`)];
  const alternative = public_url === undefined ? ` (with \`greenroom start\`: one to http://${host}:${port})` : "";
  return [warning("links", trouble + alternative, cure)];
}

/** What the last reading of each feed found wrong. */
function examineCalendars(dataDir: string): Finding[] {
  const file = join(dataDir, "app.db");
  if (!existsSync(file)) return [];
  try {
    const db = new DatabaseSync(file, { readOnly: true });
    const rows = db.prepare("SELECT name, failures, faults FROM calendars").all() as {
      name: string;
      failures: number;
      faults: string;
    }[];
    db.close();
    return rows.map(({ name, failures, faults }) =>
      failures === 0 && faults === "[]"
        ? ok(`calendar ${name}`, "was read without a fault")
        : warning(
            `calendar ${name}`,
            `${failures} failed attempts; ${faults.slice(0, 200)}`,
            "its last good instances are in use; correct the feed",
          ),
    );
  } catch {
    return [];
  }
}

/** A clock that is far off makes every act-by wrong; before this program was written is certainly off. */
function examineClock(): Finding {
  const year = Temporal.Now.plainDateISO("UTC").year;
  return year >= 2026
    ? ok("clock", Temporal.Now.instant().toString({ smallestUnit: "second" }))
    : wrong("clock", `says ${year}`, "set it (NTP): every deadline depends on it");
}

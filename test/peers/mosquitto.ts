import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { endProcess, findPeer, untilReady } from "./peer-process.ts";

export interface MosquittoOptions {
  /** Keep retained messages and sessions on disk, at each change. Debian's default keeps them every 30 minutes only. */
  persistence?: boolean;
  /** Names and keys; without them anybody may sign in. */
  users?: Readonly<Record<string, string>>;
  /** Lines of an access list (`user …`, `topic read …`, `pattern readwrite …`). */
  acl?: string;
  /** Lines to add to the configuration. */
  config?: string;
  /** PEM; the listener then speaks TLS. */
  tls?: { cert: string; key: string };
}

export interface Mosquitto {
  readonly url: string;
  readonly port: number;
  /** Starts it again, on the same port and data. */
  start(): Promise<void>;
  /** Ends it in order (SIGTERM). */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill9(): Promise<void>;
  /** Ends it and deletes its data. */
  dispose(): Promise<void>;
}

const PATIENCE_MS = 10_000;

/** Where Mosquitto is, if it is; in CI its absence is a failure. */
export const findMosquitto = (): string | undefined => findPeer("mosquitto");

/** A real Mosquitto on loopback and a free port, with a folder of its own. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const binary = findMosquitto();
  if (binary === undefined) throw new Error("mosquitto is not installed");
  const dir = await mkdtemp(join(tmpdir(), "greenroom-mosquitto-"));
  const port = await freePort();
  await writeConfig(dir, port, options);
  let child: ChildProcess | undefined;
  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    const running = child;
    child = undefined;
    await endProcess(running, signal);
  };
  const mosquitto: Mosquitto = {
    url: `${options.tls === undefined ? "mqtt" : "mqtts"}://127.0.0.1:${port}`,
    port,
    start: async () => {
      if (child !== undefined) return;
      child = spawn(binary, ["-c", join(dir, "mosquitto.conf")], { stdio: ["ignore", "ignore", "pipe"] });
      await untilReady(child, () => answers(port), { what: "mosquitto", patienceMs: PATIENCE_MS });
    },
    stop: () => end("SIGTERM"),
    kill9: () => end("SIGKILL"),
    dispose: async () => {
      await end("SIGKILL");
      await rm(dir, { recursive: true, force: true });
    },
  };
  await mosquitto.start().catch(async (error: unknown) => {
    await mosquitto.dispose();
    throw error;
  });
  return mosquitto;
}

async function writeConfig(dir: string, port: number, options: MosquittoOptions): Promise<void> {
  await mkdir(join(dir, "data"));
  const lines = [
    "per_listener_settings false",
    `listener ${port} 127.0.0.1`,
    "max_inflight_messages 100",
    "max_queued_messages 100000",
    "max_packet_size 65536",
    "set_tcp_nodelay true",
  ];
  // Started by root it would become another user, to whom the folder is closed.
  if (process.getuid?.() === 0) lines.push("user root");
  if (options.persistence === true)
    lines.push(
      "persistence true",
      `persistence_location ${dir}/data/`,
      "autosave_on_changes true",
      "autosave_interval 1",
    );
  if (options.tls !== undefined) {
    await writeFile(join(dir, "cert.pem"), options.tls.cert);
    await writeFile(join(dir, "key.pem"), options.tls.key, { mode: 0o600 });
    lines.push(`certfile ${dir}/cert.pem`, `keyfile ${dir}/key.pem`);
  }
  if (options.users === undefined) lines.push("allow_anonymous true");
  else {
    const file = join(dir, "passwords");
    const users = Object.entries(options.users);
    await writeFile(file, users.map(([user, key]) => `${user}:${key}\n`).join(""), { mode: 0o600 });
    execFileSync("mosquitto_passwd", ["-U", file]);
    lines.push("allow_anonymous false", `password_file ${file}`);
  }
  if (options.acl !== undefined) {
    await writeFile(join(dir, "acl"), `${options.acl}\n`, { mode: 0o600 });
    lines.push(`acl_file ${dir}/acl`);
  }
  await writeFile(join(dir, "mosquitto.conf"), `${[...lines, options.config ?? ""].join("\n")}\n`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

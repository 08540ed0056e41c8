import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A real server that speaks HTTP, on loopback and a free port, with a folder of its own. */
export interface HttpPeer {
  readonly url: string;
  /** Starts it again, on the same port and data. */
  start(): Promise<void>;
  /** Ends it as a power cut would. */
  kill9(): Promise<void>;
  /** Ends it and deletes its data. */
  dispose(): Promise<void>;
}

export interface HttpPeerOptions {
  binary: string;
  /** The command line, given the port and the folder. */
  args: (port: number, folder: string) => Promise<string[]> | string[];
  /** Answers 2xx once it is ready. */
  readyPath: string;
}

const PATIENCE_MS = 20_000;
const PLACES = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/** Where a server is, if it is; in CI its absence is a failure. */
export function findPeer(name: string, debianPackage: string): string | undefined {
  const found = PLACES.map((place) => join(place, name)).find((file) => existsSync(file));
  if (found === undefined && process.env["CI"] === "true")
    throw new Error(`${name} is not installed (apt-get install ${debianPackage})`);
  return found;
}

export async function startHttpPeer({ binary, args, readyPath }: HttpPeerOptions): Promise<HttpPeer> {
  const folder = await mkdtemp(join(tmpdir(), "greenroom-peer-"));
  const port = await freePort();
  const commandLine = await args(port, folder);
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const kill9 = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await gone;
  };
  const peer: HttpPeer = {
    url,
    start: async () => {
      if (child !== undefined) return;
      child = spawn(binary, commandLine, { stdio: ["ignore", "ignore", "pipe"] });
      await ready(child, url + readyPath);
    },
    kill9,
    dispose: async () => {
      await kill9();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await peer.start().catch(async (error: unknown) => {
    await peer.dispose();
    throw error;
  });
  return peer;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const bound = server.address();
      server.close(() =>
        typeof bound === "object" && bound !== null ? resolve(bound.port) : reject(new Error("no port")),
      );
    });
  });
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const isReady = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said}`);
    if (performance.now() > deadline) throw new Error(`${url} does not answer: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

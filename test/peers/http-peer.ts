import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { endProcess, untilReady } from "./peer-process.ts";

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

export async function startHttpPeer({ binary, args, readyPath }: HttpPeerOptions): Promise<HttpPeer> {
  const folder = await mkdtemp(join(tmpdir(), "greenroom-peer-"));
  const port = await freePort();
  const commandLine = await args(port, folder);
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const kill9 = async (): Promise<void> => {
    const running = child;
    child = undefined;
    await endProcess(running, "SIGKILL");
  };
  const peer: HttpPeer = {
    url,
    start: async () => {
      if (child !== undefined) return;
      child = spawn(binary, commandLine, { stdio: ["ignore", "ignore", "pipe"] });
      const answers = (): Promise<boolean> =>
        fetch(url + readyPath).then(
          (answer) => answer.ok,
          () => false,
        );
      await untilReady(child, answers, { what: url, patienceMs: PATIENCE_MS });
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

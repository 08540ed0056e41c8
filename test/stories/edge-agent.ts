import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { AGENT, SITE } from "./story-room.ts";

const PROGRAM = fileURLToPath(new URL("../../edge/testing/agent-process.ts", import.meta.url));
/** A driver polls a device every 5 s at most; so many make a burst. */
const DEVICES = 240;
const INTERVAL_S = 5;
const ROOMS = 24;

/** A real edge agent in a process of its own, which polls its devices, and the books of what it had safe on its disk. */
export class EdgeAgent {
  readonly folder = mkdtempSync(join(tmpdir(), "greenroom-edge-"));
  /** `boot seq` → `at`. */
  readonly kept = new Map<string, string>();
  /** On its disk, and not yet confirmed; unknown until it has said so since its start. */
  waiting = Number.POSITIVE_INFINITY;
  #process: ChildProcess | undefined;
  readonly #devices: Server = createServer((socket) => socket.destroy());

  async start(broker: string): Promise<void> {
    if (!this.#devices.listening)
      await new Promise<void>((resolve) => {
        this.#devices.listen(0, "127.0.0.1", resolve);
      });
    const address = this.#devices.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const devices = Array.from({ length: DEVICES }, (_, i) => ({
      room: `gear-room-${i % ROOMS}`,
      device: `gear-${i}`,
      driver: "reach",
      interval_s: INTERVAL_S,
      options: { probe: "tcp", host: "127.0.0.1", port, probes: 1 },
    }));
    const file = join(this.folder, "agent.yaml");
    writeFileSync(
      file,
      JSON.stringify({ site: SITE, agent: AGENT, data_dir: "data", broker: { url: broker }, devices }),
    );
    const child = spawn(process.execPath, [PROGRAM, file, "1"], { stdio: ["ignore", "pipe", "inherit"] });
    this.#process = child;
    this.waiting = Number.POSITIVE_INFINITY;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said = JSON.parse(line) as { kept?: string; at?: string; stats?: { waiting: number } };
      if (said.kept !== undefined) this.kept.set(said.kept, said.at ?? "");
      if (said.stats !== undefined) this.waiting = said.stats.waiting;
    });
  }

  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once("close", resolve));
    child.kill(signal);
    await gone;
  }

  async dispose(): Promise<void> {
    await this.end("SIGKILL");
    this.#devices.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

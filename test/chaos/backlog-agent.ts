import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

const DEVICES = 20;

interface Figures {
  waiting: number;
  sent: number;
  acknowledged: number;
  readings: number;
  slowestLiveMs: number;
}

/** A real agent in a process of its own, in real time, beside twenty devices at 10 s; its folder may hold a backlog. */
export class BacklogAgent {
  readonly folder: string;
  stats: Figures | undefined;
  #child: ChildProcess | undefined;
  readonly #device: Server = createServer((socket) => socket.destroy());

  readonly #program: string;

  constructor(folder: string, program: string) {
    this.folder = folder;
    this.#program = program;
  }

  get figures(): Figures {
    if (this.stats === undefined) throw new Error("the agent has told nothing");
    return this.stats;
  }

  async start(to: { url: string; key: string; site: string; room: string; agent: string }): Promise<void> {
    await new Promise<void>((resolve) => this.#device.listen(0, "127.0.0.1", resolve));
    const { port } = this.#device.address() as { port: number };
    const devices = Array.from({ length: DEVICES }, (_, i) => ({
      room: to.room,
      device: `live-${i}`,
      driver: "reach",
      interval_s: 10,
      options: { probe: "tcp", host: "127.0.0.1", port, probes: 1 },
    }));
    const file = join(this.folder, "agent.yaml");
    const { site, agent } = to;
    const outbox = { max_mb: 1_024 };
    const config = { site, agent, key_env: "AGENT_KEY", data_dir: "data", broker: { url: to.url }, outbox, devices };
    writeFileSync(file, JSON.stringify(config));
    const child = spawn(process.execPath, [this.#program, file, "1"], {
      env: { ...process.env, AGENT_KEY: to.key },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said = JSON.parse(line) as { stats?: Figures };
      if (said.stats !== undefined) this.stats = said.stats;
    });
  }

  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once("close", resolve));
    child.kill(signal);
    await gone;
  }

  async dispose(): Promise<void> {
    await this.stop("SIGKILL");
    this.#device.close();
  }
}

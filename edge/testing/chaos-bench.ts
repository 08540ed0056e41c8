import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { rfc3339 } from "#contract/units.ts";
import { systemClock } from "#contract/system-clock.ts";
import { parsePayload, type Payload } from "#contract/wire.ts";
import type { EdgeStats } from "../main.ts";

const PROGRAM = fileURLToPath(new URL("agent-process.ts", import.meta.url));
/** The agents' time runs this fast: twenty devices at 10 s give forty readings a second. */
const SPEED = "20";
const LOOK_MS = 20;

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls a condition; rejects when it does not come true in time. */
async function until(what: string, isTrue: () => boolean, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
    await wait(LOOK_MS);
  }
}

/** Agents in processes of their own beside twenty devices, and the books of what they had on disk and what was stored. */
export class ChaosBench {
  readonly folder = mkdtempSync(join(tmpdir(), "chaos-"));
  readonly site = "harbour";
  readonly agent = "pi-3";
  readonly key = "chaos-key";
  /** `boot seq` → `at`. */
  readonly kept = new Map<string, string>();
  readonly stored = new Map<string, string>();
  /** Up to where each boot is stored without holes; the one heard of last comes last. */
  readonly #marks = new Map<string, number>();
  duplicates = 0;
  readonly errors: string[] = [];
  #stats: EdgeStats | undefined;
  readonly #device: Server = createServer((socket) => socket.destroy());
  readonly #agents = new Set<ChildProcess>();

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#device.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    for (const agent of this.#agents) await this.kill9(agent);
    this.#device.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get boots(): number {
    return new Set([...this.kept.keys()].map((key) => key.split(" ")[0])).size;
  }

  store(payload: Uint8Array): void {
    const parsed = parsePayload("reading", payload);
    if (!parsed.ok) throw new Error(parsed.why);
    const { boot = "", seq, at } = parsed.value;
    if (this.stored.has(`${boot} ${seq}`)) this.duplicates += 1;
    this.stored.set(`${boot} ${seq}`, at);
    let mark = this.#marks.get(boot) ?? 0;
    while (this.stored.has(`${boot} ${mark + 1}`)) mark += 1;
    this.#marks.delete(boot);
    this.#marks.set(boot, mark);
  }

  /** What the recorder would say now: of the boots heard of last, as many as the message takes. */
  committed(): Payload<"committed"> {
    const boots = [...this.#marks].slice(-64).map(([boot, seq]) => ({ boot, seq }));
    return { at: rfc3339(systemClock.now()), boots };
  }

  startAgent(url: string): ChildProcess {
    const address = this.#device.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const devices = Array.from({ length: 20 }, (_, i) => ({
      room: "atrium",
      device: `sensor-${i}`,
      driver: "reach",
      interval_s: 10,
      options: { probe: "tcp", host: "127.0.0.1", port, probes: 1 },
    }));
    const { site, agent } = this;
    const file = join(this.folder, "agent.yaml");
    writeFileSync(
      file,
      JSON.stringify({ site, agent, key_env: "AGENT_KEY", data_dir: "data", broker: { url }, devices }),
    );
    const env = { ...process.env, AGENT_KEY: this.key };
    const child = spawn(process.execPath, [PROGRAM, file, SPEED], { env, stdio: ["ignore", "pipe", "inherit"] });
    this.#agents.add(child);
    this.#stats = undefined;
    createInterface({ input: child.stdout }).on("line", (line) => this.#hear(line));
    return child;
  }

  async keepsSome(): Promise<void> {
    const before = this.kept.size;
    await until("a reading on disk", () => this.kept.size > before);
  }

  async kill9(agent: ChildProcess): Promise<void> {
    agent.kill("SIGKILL");
    await this.#ended(agent);
  }

  /** Lets an agent run until hardly anything waits, then stops it in order. */
  async runUntilEmpty(url: string): Promise<void> {
    const agent = this.startAgent(url);
    await until("an empty outbox", () => {
      const stats = this.#stats;
      return stats !== undefined && stats.readings > 20 && stats.waiting < 20;
    });
    agent.kill("SIGTERM");
    await this.#ended(agent);
  }

  /** What was safe on disk and is not stored with its own time, and how many numbers are missing before the last of their boot. */
  losses(): { lost: string[]; holes: number } {
    const lost = [...this.kept].filter(([key, at]) => this.stored.get(key) !== at).map(([key]) => key);
    return { lost, holes: this.stored.size - [...this.#marks.values()].reduce((sum, seq) => sum + seq, 0) };
  }

  #hear(line: string): void {
    const said = JSON.parse(line) as { kept?: string; at?: string; stats?: EdgeStats; log?: string; text?: string };
    if (said.kept !== undefined) this.kept.set(said.kept, said.at ?? "");
    if (said.stats !== undefined) this.#stats = said.stats;
    if (said.log === "error") this.errors.push(said.text ?? "");
  }

  #ended(agent: ChildProcess): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#agents.delete(agent);
        resolve();
      };
      if (agent.exitCode !== null || agent.signalCode !== null) end();
      else agent.once("close", end);
    });
  }
}

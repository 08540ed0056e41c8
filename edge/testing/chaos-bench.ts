import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { instant, minutes, parseInstant, rfc3339 } from "#contract/units.ts";
import { systemClock } from "#contract/system-clock.ts";
import { parsePayload, type Payload } from "#contract/wire.ts";
import type { EdgeStats } from "../main.ts";

const SOURCE = fileURLToPath(new URL("agent-process.ts", import.meta.url));
/** The agents' time runs this fast: twenty devices at 10 s give forty readings a second. */
const SPEED = 20;
const LOOK_MS = 20;
/** What a recorder does not take: readings further ahead of its own time. */
const AHEAD = minutes(5);
/** How far the time of a stored reading may be from when it was taken: ticks of an uptime, steering of a clock. */
const NEAR_MS = 2_500;

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls a condition; rejects when it does not come true in time. */
async function until(what: string, isTrue: () => boolean, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
    await wait(LOOK_MS);
  }
}

type Stats = EdgeStats & { acknowledged: number; slowestLiveMs: number };

/** What became of the readings of a bench. */
export interface ChaosBooks {
  /** Safe on disk, as far as the agents lived to say so. */
  kept: number;
  sent: number;
  acknowledged: number;
  stored: number;
  /** Came more than once; stored once. */
  duplicates: number;
  /** More than five minutes ahead of the recorder: kept aside, and so missing. */
  refused: number;
  /** Kept, and not stored with the time at which they were taken. */
  lost: string[];
  /** Numbers missing before the last of their boot. */
  holes: number;
}

/** Agents in processes of their own beside twenty devices, and the books of what they had on disk and what was stored. */
export class ChaosBench {
  readonly folder = mkdtempSync(join(tmpdir(), "chaos-"));
  readonly site = "harbour";
  readonly agent = "pi-3";
  readonly key = "chaos-key";
  /** What runs as the agent. */
  readonly #program: string;
  /** Where the agent keeps its readings, from its folder. */
  dataDir = "data";
  /** `boot seq` → when it was taken. */
  readonly kept = new Map<string, string>();
  readonly stored = new Map<string, string>();
  /** Up to where each boot is stored without holes; the one heard of last comes last. */
  readonly #marks = new Map<string, number>();
  duplicates = 0;
  refused = 0;
  readonly errors: string[] = [];
  readonly #begin = systemClock.now();
  /** By agent process, its last figures. */
  readonly #stats = new Map<ChildProcess, Stats>();
  #newest: ChildProcess | undefined;
  readonly #device: Server = createServer((socket) => socket.destroy());
  readonly #agents = new Set<ChildProcess>();

  /** Another program than the sources: the same, built. */
  constructor(program = SOURCE) {
    this.#program = program;
  }

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

  /** The figures that the agent started last has told. */
  get stats(): Stats | undefined {
    return this.#newest === undefined ? undefined : this.#stats.get(this.#newest);
  }

  /** The time in which agents and recorder live. */
  #now(): number {
    return this.#begin + (systemClock.now() - this.#begin) * SPEED;
  }

  store(payload: Uint8Array): void {
    const parsed = parsePayload("reading", payload);
    if (!parsed.ok) throw new Error(parsed.why);
    const { boot = "", seq = 0, at } = parsed.value;
    const key = `${boot} ${seq}`;
    // As the recorder does: refused is handled, and never becomes a part of history.
    if ((parseInstant(at) ?? 0) > this.#now() + AHEAD) this.refused += 1;
    if (this.stored.has(key)) this.duplicates += 1;
    else this.stored.set(key, at);
    let mark = this.#marks.get(boot) ?? 0;
    while (this.stored.has(`${boot} ${mark + 1}`)) mark += 1;
    this.#marks.delete(boot);
    this.#marks.set(boot, mark);
  }

  /** What the recorder would say now: of the boots heard of last, as many as the message takes. */
  committed(): Payload<"committed"> {
    const boots = [...this.#marks].slice(-64).map(([boot, seq]) => ({ boot, seq }));
    return { at: rfc3339(instant(Math.round(this.#now()))), boots };
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
      JSON.stringify({ site, agent, key_env: "AGENT_KEY", data_dir: this.dataDir, broker: { url }, devices }),
    );
    const env = { ...process.env, AGENT_KEY: this.key };
    const words = [this.#program, file, String(SPEED), String(this.#begin)];
    const child = spawn(process.execPath, words, { env, stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.on("error", () => {});
    this.#agents.add(child);
    this.#newest = child;
    createInterface({ input: child.stdout }).on("line", (line) => this.#hear(child, line));
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
    await this.empty(this.startAgent(url));
  }

  /** Waits until an agent has hardly anything left, then stops it in order. */
  async empty(agent: ChildProcess): Promise<void> {
    await until(
      "an empty outbox",
      () => {
        const stats = this.#stats.get(agent);
        return stats !== undefined && stats.readings > 20 && stats.waiting < 20;
      },
      60_000,
    );
    agent.kill("SIGTERM");
    await this.#ended(agent);
  }

  books(): ChaosBooks {
    const sum = (figure: "sent" | "acknowledged"): number =>
      [...this.#stats.values()].reduce((total, stats) => total + stats[figure], 0);
    const isRight = ([key, truly]: [string, string]): boolean => {
      const at = this.stored.get(key);
      return at !== undefined && Math.abs(Date.parse(at) - Date.parse(truly)) <= NEAR_MS;
    };
    return {
      kept: this.kept.size,
      sent: sum("sent"),
      acknowledged: sum("acknowledged"),
      stored: this.stored.size,
      duplicates: this.duplicates,
      refused: this.refused,
      lost: [...this.kept].filter((entry) => !isRight(entry)).map(([key]) => key),
      holes: this.stored.size - [...this.#marks.values()].reduce((total, seq) => total + seq, 0),
    };
  }

  /** What was safe on disk and is not stored with its own time, and how many numbers are missing before the last of their boot. */
  losses(): { lost: string[]; holes: number } {
    const { lost, holes } = this.books();
    return { lost, holes };
  }

  #hear(agent: ChildProcess, line: string): void {
    const said = JSON.parse(line) as { kept?: string; truly?: string; stats?: Stats; log?: string; text?: string };
    if (said.kept !== undefined) this.kept.set(said.kept, said.truly ?? "");
    if (said.stats !== undefined) this.#stats.set(agent, said.stats);
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

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Role } from "#contract/api/views.ts";
import type { SettingsFile } from "../../commands/settings.ts";
import { freePort } from "../free-port.ts";
import { type Ended, lastLine, type RunningVerb, runVerb, startVerb } from "./verb.ts";
import { RestClient } from "./rest-client.ts";
import { until } from "./until.ts";

export interface WholeProgramOptions {
  /** More of `greenroom.yaml`; the sample building is off unless it says otherwise. */
  config?: Partial<SettingsFile>;
  env?: Record<string, string>;
  /** An external broker. */
  broker?: string;
  /** Where its data is, in place of a temporary folder. */
  dataDir?: string;
}

/**
 * The real `greenroom start` in a process of its own, with a data folder of its own, on loopback and free ports that it keeps
 * over restarts, so that senders find it again.
 */
export class WholeProgram {
  readonly folder = mkdtempSync(join(tmpdir(), "greenroom-story-"));
  readonly dataDir: string;
  url = "";
  mqtt = "";
  readonly #options: WholeProgramOptions;
  #ports: { http: number; mqtt: number } | undefined;
  #running: RunningVerb | undefined;
  readonly #clients = new Map<Role, RestClient>();

  private constructor(options: WholeProgramOptions) {
    this.#options = options;
    this.dataDir = options.dataDir ?? join(this.folder, "data");
  }

  static async start(options: WholeProgramOptions = {}): Promise<WholeProgram> {
    const program = new WholeProgram(options);
    const config = { sample: false, ...options.config };
    writeFileSync(program.configFile, JSON.stringify(config));
    try {
      await program.start();
    } catch (error) {
      await program.dispose();
      throw error;
    }
    return program;
  }

  get configFile(): string {
    return join(this.folder, "greenroom.yaml");
  }

  get mqttPort(): number {
    return Number(new URL(this.mqtt).port);
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** What it has written so far, since its last start. */
  get said(): string {
    return (this.#running?.stdout ?? "") + (this.#running?.stderr ?? "");
  }

  get isAlive(): boolean {
    return this.#running?.ended === undefined && this.#running !== undefined;
  }

  get env(): Record<string, string> {
    return { DATA_DIR: this.dataDir, LOG_LEVEL: "info", ...this.#options.env };
  }

  /** Starts it, again on the same data and ports after it has ended. */
  async start(): Promise<void> {
    this.#ports ??= { http: await freePort(), mqtt: await freePort() };
    const { http, mqtt } = this.#ports;
    const { broker } = this.#options;
    const running = startVerb(
      ["start", "--config", this.configFile, ...(broker === undefined ? [] : ["--broker", broker])],
      { ...this.env, PORT: String(http), MQTT_PORT: String(mqtt) },
    );
    this.#running = running;
    await running.prints(/Stop with Ctrl-C/);
    this.url = /Web +(\S+)/.exec(running.stdout)?.[1] ?? "";
    this.mqtt = /MQTT +(\S+)/.exec(running.stdout)?.[1] ?? "";
  }

  /** In order, by SIGTERM; its exit code. */
  async stop(): Promise<number | null> {
    const ended = await this.#running?.end("SIGTERM");
    this.#running = undefined;
    return ended?.code ?? null;
  }

  /** As a power cut. */
  async kill9(): Promise<void> {
    await this.#running?.end("SIGKILL");
    this.#running = undefined;
  }

  /** Ends it whatever it does, and deletes its data. */
  async dispose(): Promise<void> {
    await this.kill9();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A further verb beside it, on the same data. */
  verb(...args: string[]): Promise<Ended> {
    return runVerb(args, this.env);
  }

  /** REST with a token that the command line made; it holds over restarts. */
  async as(role: Role): Promise<RestClient> {
    const known = this.#clients.get(role);
    if (known !== undefined) return known;
    const token = lastLine(await this.verb("token", "--role", role));
    const client = new RestClient(() => this.url, token);
    this.#clients.set(role, client);
    return client;
  }

  /** A key that the command line made. */
  async agentKey(agent: string, ...rooms: string[]): Promise<string> {
    return lastLine(await this.verb("agent", "add", agent, "--rooms", ...rooms));
  }

  /** Waits until it judges: the gateway has said something of every room. */
  async judges(): Promise<void> {
    const rest = await this.as("facilities");
    await until("every room is judged", async () => {
      const rooms = await rest.rooms();
      return rooms.length > 0 && rooms.every(({ currency }) => currency !== "waiting");
    });
  }
}

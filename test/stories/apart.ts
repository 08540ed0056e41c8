import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SettingsFile } from "../../commands/settings.ts";
import { freePort } from "../free-port.ts";
import { RestClient } from "./rest-client.ts";
import { lastLine, type RunningVerb, runVerb, startVerb } from "./verb.ts";

/** `greenroom server` and `greenroom gateway` as processes of their own: all that they share is a broker and a configuration. */
export class Apart {
  readonly folder = mkdtempSync(join(tmpdir(), "greenroom-apart-"));
  readonly dataDir = join(this.folder, "data");
  url = "";
  readonly #env: Record<string, string>;
  #server: RunningVerb | undefined;
  #gateway: RunningVerb | undefined;

  private constructor(env: Record<string, string>) {
    this.#env = { DATA_DIR: this.dataDir, ...env };
  }

  static async start(config: Partial<SettingsFile>, env: Record<string, string> = {}): Promise<Apart> {
    const port = await freePort();
    const apart = new Apart({ PORT: String(port), ...env });
    // A gateway that runs apart knows no server: links in messages need the public address.
    const public_url = `http://127.0.0.1:${port}`;
    writeFileSync(apart.#configFile, JSON.stringify({ public_url, ...config }));
    try {
      await apart.start();
    } catch (error) {
      await apart.dispose();
      throw error;
    }
    return apart;
  }

  get #configFile(): string {
    return join(this.folder, "greenroom.yaml");
  }

  async start(): Promise<void> {
    await Promise.all([this.startServer(), this.startGateway()]);
  }

  async startServer(): Promise<void> {
    this.#server = startVerb(["server", "--config", this.#configFile], this.#env);
    await this.#server.prints(/Stop with Ctrl-C/);
    this.url = /The server is at (\S+),/.exec(this.#server.stdout)?.[1] ?? "";
  }

  async startGateway(): Promise<void> {
    this.#gateway = startVerb(["gateway", "--config", this.#configFile], this.#env);
    await this.#gateway.prints(/Stop with Ctrl-C/);
  }

  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    await Promise.all([this.endServer(signal), this.endGateway(signal)]);
  }

  async endServer(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    await this.#server?.end(signal);
  }

  async endGateway(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    await this.#gateway?.end(signal);
  }

  async facilities(): Promise<RestClient> {
    return new RestClient(() => this.url, lastLine(await runVerb(["token", "--role", "facilities"], this.#env)));
  }

  async dispose(): Promise<void> {
    await this.end("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

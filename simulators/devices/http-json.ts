import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Clock, sleep } from "#contract/clock.ts";
import { seconds } from "#contract/units.ts";

/** What can go wrong with a web interface, by name. */
type HttpJsonFault =
  | "refuses"
  | "hangs"
  | "half-answers"
  | "wrong-password"
  | "garbage"
  | "slow"
  | "one-connection"
  | "reboots"
  | "redirects"
  | "broken"
  | "endless";

export interface HttpJsonDeviceOptions {
  host: string;
  clock: Clock;
  port?: number;
  /** What `authorization` must say, where a log-in is wanted. */
  authorization?: string;
}

export interface HttpJsonDevice {
  port: number;
  /** What it answers: an object as JSON, a text as it is. */
  document: unknown;
  fault(name: HttpJsonFault, isOn?: boolean): Promise<void>;
  /** Heads of the requests that came. */
  asked: { url: string; headers: IncomingMessage["headers"] }[];
  stop(): Promise<void>;
}

const REBOOT = seconds(20);
const SLOW = seconds(3);

/** A device with a web interface on a real port, with faults by name. */
export async function startHttpJsonDevice(options: HttpJsonDeviceOptions): Promise<HttpJsonDevice> {
  const device = new SimulatedHttpJson(options);
  await device.listen(options.port ?? 0);
  return device;
}

class SimulatedHttpJson implements HttpJsonDevice {
  readonly asked: HttpJsonDevice["asked"] = [];
  port = 0;
  document: unknown = {};
  readonly #options: HttpJsonDeviceOptions;
  readonly #faults = new Set<HttpJsonFault>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(options: HttpJsonDeviceOptions) {
    this.#options = options;
  }

  async listen(port: number): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on("connection", (socket) => this.#accept(socket));
    await new Promise<void>((resolve) => server.listen(port, this.#options.host, resolve));
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  async fault(name: HttpJsonFault, isOn = true): Promise<void> {
    if (isOn) this.#faults.add(name);
    else this.#faults.delete(name);
    if (name === "refuses") await (isOn ? this.stop() : this.listen(this.port));
    if (name === "reboots" && isOn) {
      await this.stop();
      await sleep(this.#options.clock, REBOOT);
      this.#faults.delete("reboots");
      await this.listen(this.port);
    }
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    socket.on("error", () => {});
    if (this.#faults.has("one-connection") && this.#sockets.size > 0) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    if (this.#faults.has("garbage")) socket.end("\u0007\u0000SSH-2.0-no\r\n");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push({ url: request.url ?? "", headers: request.headers });
    if (this.#faults.has("hangs")) return;
    if (this.#faults.has("slow")) await sleep(this.#options.clock, SLOW);
    const { authorization } = this.#options;
    if (
      this.#faults.has("wrong-password") ||
      (authorization ?? request.headers.authorization) !== request.headers.authorization
    ) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="device"' }).end();
      return;
    }
    if (this.#faults.has("redirects")) {
      response.writeHead(302, { location: "http://192.0.2.1/" }).end();
      return;
    }
    if (this.#faults.has("broken")) {
      response.writeHead(503).end();
      return;
    }
    const text = typeof this.document === "string" ? this.document : JSON.stringify(this.document);
    if (this.#faults.has("endless")) {
      response.writeHead(200, { "content-type": "application/json" });
      const chunk = " ".repeat(64 * 1024);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
      return;
    }
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
    if (this.#faults.has("half-answers")) {
      response.write(text.slice(0, Math.floor(text.length / 2)));
      setImmediate(() => request.socket.destroy());
    } else response.end(text);
  }
}

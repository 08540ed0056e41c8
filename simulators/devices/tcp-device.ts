import { createServer, type Server, type Socket } from "node:net";
import { type Clock, sleep } from "#contract/clock.ts";
import { seconds } from "#contract/units.ts";

/** Faults that every device on a TCP port can have, by name. */
export type TcpFault = "refuses" | "hangs" | "half-answers" | "garbage" | "slow" | "one-connection" | "reboots";

const REBOOT = seconds(20);
const SLOW = seconds(3);

export interface TcpDeviceOptions {
  host: string;
  clock: Clock;
  port?: number;
}

/** A TCP port with the faults that all devices share; what is spoken there is its owner's. */
export class TcpDevice<F extends string> {
  port: number;
  readonly faults = new Set<F | TcpFault>();
  readonly sockets = new Set<Socket>();
  readonly #options: TcpDeviceOptions;
  readonly #accept: (socket: Socket) => void;
  #server: Server | undefined;

  constructor(options: TcpDeviceOptions, accept: (socket: Socket) => void) {
    this.#options = options;
    this.#accept = accept;
    this.port = options.port ?? 0;
  }

  async listen(): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#take(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, this.#options.host, resolve);
    });
    this.port = (server.address() as { port: number }).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async fault(name: F | TcpFault, isOn = true): Promise<void> {
    if (isOn) this.faults.add(name);
    else this.faults.delete(name);
    if (name === "refuses") await (isOn ? this.stop() : this.listen());
    if (name === "reboots" && isOn) {
      await this.stop();
      await sleep(this.#options.clock, REBOOT);
      this.faults.delete(name);
      await this.listen();
    }
  }

  /** Says something as the faults want it; resolves once it is said. */
  async say(socket: Socket, text: string): Promise<void> {
    if (this.faults.has("slow")) await sleep(this.#options.clock, SLOW);
    if (this.faults.has("garbage")) socket.write("\u0007\u2603SSH-2.0-no\r\n\0");
    else if (this.faults.has("half-answers")) socket.end(text.slice(0, Math.ceil(text.length / 2)));
    else socket.write(text);
  }

  #take(socket: Socket): void {
    socket.on("error", () => {});
    if (this.faults.has("one-connection") && this.sockets.size > 0) {
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.setEncoding("utf8");
    if (this.faults.has("hangs")) socket.resume();
    else this.#accept(socket);
  }
}

import type { Server as NetServer, Socket } from "node:net";
import { createServer, type Server } from "node:tls";
import type { SimulatedCertificate } from "./certificate.ts";

const { createServer: createPlain } = process.getBuiltinModule("node:net");

/** What can go wrong with a TLS port, by name. */
type TlsFault = "refuses" | "hangs" | "half-answers" | "garbage" | "old-protocol" | "one-connection";

export interface TlsDevice {
  port: number;
  /** Names that clients asked for (SNI). */
  asked: string[];
  fault(name: TlsFault, isOn?: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Something with a certificate on a real port, with faults by name. */
export async function startTlsDevice(host: string, certificate: SimulatedCertificate): Promise<TlsDevice> {
  const device = new SimulatedTls(host, certificate);
  await device.listen();
  return device;
}

class SimulatedTls implements TlsDevice {
  readonly asked: string[] = [];
  port = 0;
  readonly #host: string;
  readonly #certificate: SimulatedCertificate;
  readonly #faults = new Set<TlsFault>();
  readonly #sockets = new Set<Socket>();
  #server: NetServer | undefined;
  #tls: Server | undefined;

  constructor(host: string, certificate: SimulatedCertificate) {
    this.#host = host;
    this.#certificate = certificate;
  }

  async listen(): Promise<void> {
    const { certificate, key } = this.#certificate;
    const isOld = this.#faults.has("old-protocol");
    this.#tls = createServer({
      cert: certificate,
      key,
      ...(isOld && { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }),
      SNICallback: (name, done) => {
        this.asked.push(name);
        done(null);
      },
    });
    this.#tls.on("tlsClientError", () => {});
    this.#tls.on("secureConnection", (socket) => socket.on("error", () => {}));
    const server = createPlain((socket) => this.#accept(socket));
    await new Promise<void>((resolve) => server.listen(this.port, this.#host, resolve));
    this.port = (server.address() as { port: number }).port;
    this.#server = server;
  }

  async fault(name: TlsFault, isOn = true): Promise<void> {
    if (isOn) this.#faults.add(name);
    else this.#faults.delete(name);
    if (name === "refuses" || name === "old-protocol") await this.stop();
    if (name === "old-protocol" || (name === "refuses" && !isOn)) await this.listen();
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
    if (this.#faults.has("hangs")) socket.resume();
    else if (this.#faults.has("garbage")) socket.end("220 mail.example ESMTP\r\n");
    // The head of a server's first record, and no more.
    else if (this.#faults.has("half-answers"))
      socket.once("data", () => socket.end(Buffer.from([0x16, 3, 3, 0, 0x7a, 2, 0])));
    else this.#tls?.emit("connection", socket);
  }
}

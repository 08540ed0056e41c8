import { createServer, type Server, type Socket } from "node:net";
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type Server as TlsServer,
  type TLSSocket,
} from "node:tls";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { BrokerLimits } from "./limits.ts";
import { TokenBucket } from "./token-bucket.ts";

const MOST_REMEMBERED = 10_000;

/** PEM. */
export interface ServerTls {
  cert: string | Buffer;
  key: string | Buffer;
  /** Whose client certificates sign in; without it none is asked for. */
  clients?: string | Buffer | undefined;
}

/** What a client has shown in its TLS handshake, and TLS has verified. Whether it was taken back is not known here. */
export interface ClientCertificate {
  /** As the authority wrote it. */
  agent: string;
  serial: string;
}
interface ListenerOptions {
  host: string;
  port: number;
  tls?: ServerTls | undefined;
  limits: BrokerLimits;
  /** Shared by the listeners of one broker: together they have its limits. */
  crowd: Crowd;
  onSocket: (socket: Socket, address: string, certificate?: ClientCertificate) => void;
  onCrowded: (address: string, why: string) => void;
}

export interface Listener {
  port: number;
  /** Takes no more connections; those that are there stay. */
  close(): void;
  /** Ends what is left, also what has not signed in yet. */
  cut(): void;
  /** For whoever connects from now on. Nothing where it speaks no TLS. */
  useCertificate(tls: ServerTls): void;
}

/** Takes connections, as many as one address and all together may have, and as fast as one address may open them. */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const server = makeServer(options);
  const { crowd } = options;
  const sockets = new Set<Socket>();
  // Also with TLS this is the socket as it comes, before the handshake, which costs most.
  server.on("connection", (socket: Socket) => {
    const address = addressOf(socket);
    const why = crowd.refuses(address);
    if (why !== undefined) {
      socket.destroy();
      options.onCrowded(address, why);
      return;
    }
    crowd.enter(address);
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      crowd.leave(address);
    });
    if (options.tls === undefined) options.onSocket(socket, address);
  });
  server.on("secureConnection", (socket: TLSSocket) =>
    options.onSocket(socket, addressOf(socket), certificateOf(socket)),
  );
  await listen(server, options.host, options.port);
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : options.port,
    close: () => void server.close(),
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    useCertificate: (tls) => {
      if (options.tls !== undefined) (server as TlsServer).setSecureContext(secureContext(tls));
    },
  };
}

/** A certificate that is not by our authority, or has expired, is as good as none. */
function certificateOf(socket: TLSSocket): ClientCertificate | undefined {
  if (!socket.authorized) return undefined;
  const { subject, serialNumber } = socket.getPeerCertificate();
  const agent = subject?.CN;
  return typeof agent === "string" ? { agent, serial: serialNumber.toLowerCase() } : undefined;
}

/** Who is connected from where, and how fast they come. */
export class Crowd {
  readonly #limits: BrokerLimits;
  readonly #clock: Clock;
  readonly #counts = new Map<string, number>();
  readonly #paces = new Map<string, TokenBucket>();
  #total = 0;

  constructor(limits: BrokerLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  refuses(address: string): string | undefined {
    const { connections, connectionsPerAddress } = this.#limits;
    const count = this.#counts.get(address) ?? 0;
    if (this.#total >= connections) return `${this.#total} connections, the most there can be`;
    if (count >= connectionsPerAddress) return `${count} connections from one address, the most there can be`;
    return this.#pace(address).take(0, this.#clock.now()) > 0 ? "connects too often" : undefined;
  }

  enter(address: string): void {
    this.#total += 1;
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
    this.#pace(address).take(1, this.#clock.now());
  }

  leave(address: string): void {
    this.#total -= 1;
    const left = (this.#counts.get(address) ?? 1) - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }

  #pace(address: string): TokenBucket {
    const known = this.#paces.get(address);
    if (known !== undefined) return known;
    if (this.#paces.size >= MOST_REMEMBERED) this.#paces.clear();
    const pace = new TokenBucket(this.#limits.connectsPerSecond, this.#limits.connectBurst, this.#clock.now());
    this.#paces.set(address, pace);
    return pace;
  }
}

function makeServer({ tls, limits }: ListenerOptions): Server {
  const socket = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };
  if (tls === undefined) return createServer(socket);
  try {
    return createTlsServer({
      ...socket,
      ...secureContext(tls),
      handshakeTimeout: limits.connectTimeout,
      // Whoever shows none, or a wrong one, may still sign in by key; what counts is decided at the sign-in.
      requestCert: tls.clients !== undefined,
      rejectUnauthorized: false,
    });
  } catch (error) {
    throw new GreenroomError(
      "CONFIG_INVALID",
      `the broker's certificate or key cannot be used: ${messageOf(error)}`,
      error,
    );
  }
}

const secureContext = ({ cert, key, clients }: ServerTls): SecureContextOptions => ({
  cert,
  key,
  ...(clients !== undefined && { ca: clients }),
  minVersion: "TLSv1.2",
});

const addressOf = (socket: Socket): string => (socket.remoteAddress ?? "unknown").replace(/^::ffff:/, "");

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE")
        reject(new GreenroomError("PORT_IN_USE", `another program listens on port ${port} of ${host}`, error));
      else
        reject(
          new GreenroomError("CONFIG_INVALID", `cannot listen on port ${port} of ${host}: ${messageOf(error)}`, error),
        );
    });
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      // Out of file descriptors, for example: that connection fails, the broker goes on.
      server.on("error", () => {});
      resolve();
    });
  });
}

import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { BrokerLimits } from "./limits.ts";

/** PEM. */
export interface ServerTls {
  cert: string | Buffer;
  key: string | Buffer;
}
interface ListenerOptions {
  host: string;
  port: number;
  tls?: ServerTls | undefined;
  limits: Pick<BrokerLimits, "connections" | "connectionsPerAddress" | "connectTimeout">;
  onSocket: (socket: Socket, address: string) => void;
  onCrowded: (address: string, why: string) => void;
}

export interface Listener {
  port: number;
  /** Takes no more connections; those that are there stay. */
  close(): void;
}

/** Takes connections, as many as one address and all together may have. */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const server = makeServer(options);
  const perAddress = new Map<string, number>();
  const { limits } = options;
  let total = 0;
  // Also with TLS this is the socket as it comes, before the handshake, which costs most.
  server.on("connection", (socket: Socket) => {
    const address = addressOf(socket);
    const count = perAddress.get(address) ?? 0;
    const isCrowded = total >= limits.connections;
    if (isCrowded || count >= limits.connectionsPerAddress) {
      socket.destroy();
      options.onCrowded(
        address,
        isCrowded ? `${total} connections, the most there can be` : `${count} connections from one address`,
      );
      return;
    }
    total += 1;
    perAddress.set(address, count + 1);
    socket.once("close", () => {
      total -= 1;
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    });
    if (options.tls === undefined) options.onSocket(socket, address);
  });
  server.on("secureConnection", (socket: Socket) => options.onSocket(socket, addressOf(socket)));
  await listen(server, options.host, options.port);
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : options.port,
    close: () => void server.close(),
  };
}

function makeServer({ tls, limits }: ListenerOptions): Server {
  const socket = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };
  if (tls === undefined) return createServer(socket);
  const { cert, key } = tls;
  try {
    return createTlsServer({ ...socket, cert, key, minVersion: "TLSv1.2", handshakeTimeout: limits.connectTimeout });
  } catch (error) {
    throw new GreenroomError(
      "CONFIG_INVALID",
      `the broker's certificate or key cannot be used: ${messageOf(error)}`,
      error,
    );
  }
}

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

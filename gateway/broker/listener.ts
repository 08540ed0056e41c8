import { createServer, type Server, type Socket } from "node:net";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { BrokerLimits } from "./limits.ts";

interface ListenerOptions {
  host: string;
  port: number;
  limits: Pick<BrokerLimits, "connections" | "connectionsPerAddress">;
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
  const perAddress = new Map<string, number>();
  const { limits } = options;
  let total = 0;
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) => {
    const address = (socket.remoteAddress ?? "unknown").replace(/^::ffff:/, "");
    const count = perAddress.get(address) ?? 0;
    if (count >= limits.connectionsPerAddress || total >= limits.connections) {
      socket.destroy();
      const isTotal = total >= limits.connections;
      options.onCrowded(
        address,
        isTotal ? `${total} connections, the most there can be` : `${count} connections from one address`,
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
    options.onSocket(socket, address);
  });
  await listen(server, options.host, options.port);
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : options.port,
    close: () => void server.close(),
  };
}

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

import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { verify } from "#gateway/notify/signature.ts";

interface Call {
  id: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Whether it is signed by whoever knows the secret. */
  isGenuine: boolean;
}

/** A real receiver of webhooks on loopback. Counts every call, also those that repeat an earlier one. */
export interface WebhookReceiver {
  readonly url: string;
  readonly secret: string;
  readonly calls: readonly Call[];
  stop(): Promise<void>;
}

export async function startWebhookReceiver(secret = "whsec_plJ3nmyCDGBKInavdOK15jsl"): Promise<WebhookReceiver> {
  const calls: Call[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const { headers } = request;
      calls.push({ id: String(headers["webhook-id"]), headers, body, isGenuine: verify(headers, body, secret).ok });
      response.end("ok");
    });
  });
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/greenroom`,
    secret,
    calls,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

import websocket from "@fastify/websocket";
import type { App } from "./context.ts";

/** Clients say nothing on the feed but control frames. */
const MOST_FROM_CLIENT_BYTES = 1_024;

/** RFC 6455 §7.4.1. */
const GOING_AWAY = 1001;

/**
 * Takes upgrades. It comes before the gate, so that what the gate refuses is closed too: a socket that asked for an upgrade
 * is no longer the HTTP server's to close.
 */
export async function installWebSockets(app: App): Promise<void> {
  await app.register(websocket, {
    preClose(done) {
      for (const client of app.websocketServer.clients) {
        client.close(GOING_AWAY, "the server stops");
        // One that does not answer would hold up the stop for half a minute.
        setImmediate(() => client.terminate());
      }
      app.websocketServer.close(() => done());
    },
    options: {
      maxPayload: MOST_FROM_CLIENT_BYTES,
      // No window is kept between messages: it would be 300 kB a client.
      perMessageDeflate: { threshold: 4_096, serverNoContextTakeover: true, clientNoContextTakeover: true },
    },
  });
}

import { messageOf } from "#contract/errors.ts";
import { roomFigures } from "../live/room-figures.ts";
import type { App, Context } from "./context.ts";

/** `/healthz`: the process answers. `/readyz`: what it needs is there. `/metrics`: figures for Prometheus. */
export function healthRoutes(app: App, context: Context): void {
  const { store, metrics, brokerConnected, view } = context;

  app.get("/healthz", { schema: { hide: true } }, () => ({ status: "ok" }));

  app.get("/readyz", { schema: { hide: true } }, async (_request, reply) => {
    const storeFault = await store.ping().then(() => undefined, messageOf);
    const checks = {
      store: storeFault === undefined ? "ok" : "away",
      broker: brokerConnected() ? "ok" : "away",
      history: view.system().history,
    };
    const isReady = checks.store === "ok" && checks.broker === "ok" && checks.history !== "full";
    return reply
      .code(isReady ? 200 : 503)
      .header("cache-control", "no-store")
      .send({
        status: isReady ? "ready" : "not ready",
        checks,
      });
  });

  app.get("/metrics", { schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text(roomFigures(view, context.clock.now()))),
  );
}

import { z } from "zod";
import { audienceOf } from "../../live/audience.ts";
import { serveLive } from "../../live/live-socket.ts";
import type { App, Context } from "../context.ts";
import { principalOf } from "./session.ts";
import { SystemView } from "#contract/api/views.ts";
import type { Principal } from "../../people/principal.ts";

const LiveQuery = z.object({
  epoch: z.string().max(64).optional(),
  since: z.coerce.number().int().min(0).optional(),
});
/** The live feed. The gate has asked who it is, and from which site, before the upgrade. */
export function liveRoutes(app: App, context: Context): void {
  const { feed, clock, metrics } = context;
  app.get("/live", { websocket: true, schema: { querystring: LiveQuery } }, (socket, request) => {
    const principal = principalOf(request);
    const { epoch, since } = request.query;
    metrics.liveClient(1);
    socket.on("close", () => metrics.liveClient(-1));
    serveLive(socket, {
      feed,
      clock,
      audience: audienceOf(principal),
      from: epoch === undefined || since === undefined ? undefined : { epoch, since },
      mayStay: () => mayStay(context, principal),
      onDropped: () => metrics.liveDropped(),
    });
  });

  app.get(
    "/system",
    { schema: { tags: ["system"], summary: "How the system itself is", response: { 200: SystemView } } },
    () => context.view.system(),
  );
}

/** Whoever was signed out, disabled or given another role meanwhile has to connect anew. */
async function mayStay({ sessions, store, clock }: Context, principal: Principal): Promise<boolean> {
  if (principal.session !== undefined) return (await sessions.holds(principal.session.id))?.role === principal.role;
  return await store.apiTokens.holds(principal.id, clock.now());
}

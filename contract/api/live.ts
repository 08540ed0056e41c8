/**
 * The live feed, `GET /api/v1/live` as a WebSocket. The server sends `hello`, then a `snapshot` (or, when
 * `?epoch=E&since=N` names a point that it still has, only what came after), then a `delta` at most every 100 ms. `seq`
 * rises by one with each delta; a client that sees a hole reconnects with the last one it has. `ping` comes every 15 s,
 * so that a client can tell a quiet building from a dead link.
 */
import { z } from "zod";
import { At } from "../messages/common.ts";
import { AlertView, DemoView, RoomView, SystemView } from "./views.ts";

const LiveHello = z.object({ type: z.literal("hello"), epoch: z.string(), seq: z.int(), resumed: z.boolean() });
export const LiveSnapshot = z.object({
  type: z.literal("snapshot"),
  epoch: z.string(),
  seq: z.int(),
  at: At,
  rooms: z.array(RoomView),
  demos: z.array(DemoView),
  alerts: z.array(AlertView),
  system: SystemView,
});
/** New and changed things whole, gone things by id. */
export const LiveDelta = z.object({
  type: z.literal("delta"),
  seq: z.int(),
  at: At,
  rooms: z.array(RoomView).optional(),
  demos: z.array(DemoView).optional(),
  alerts: z.array(AlertView).optional(),
  gone: z
    .object({
      rooms: z.array(z.string()).optional(),
      demos: z.array(z.string()).optional(),
      alerts: z.array(z.string()).optional(),
    })
    .optional(),
  system: SystemView.optional(),
});
const LivePing = z.object({ type: z.literal("ping"), seq: z.int(), at: At });
export const LiveMessage = z.discriminatedUnion("type", [LiveHello, LiveSnapshot, LiveDelta, LivePing]);
export type LiveMessage = z.infer<typeof LiveMessage>;
export type LiveSnapshot = z.infer<typeof LiveSnapshot>;
export type LiveDelta = z.infer<typeof LiveDelta>;

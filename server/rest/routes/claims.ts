import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { ClaimedView, ClaimInput, DeviceMoveInput, UnclaimedAnswer } from "#contract/api/claims.ts";
import { Id, roomKey } from "#contract/ids.ts";
import { actorOf } from "../../people/principal.ts";
import type { App, Context } from "../context.ts";
import { principalOf } from "./session.ts";

const Where = z.object({ site: Id, room: Id, device: Id });
const by = (request: FastifyRequest): { actor: string; address: string } => ({
  actor: actorOf(principalOf(request)),
  address: request.ip,
});

/** Devices that belong to no room, and giving them to one. */
export function claimRoutes(app: App, { claims }: Context): void {
  app.get(
    "/unclaimed",
    {
      schema: {
        tags: ["devices"],
        summary: "Devices that publish and belong to no room",
        response: { 200: UnclaimedAnswer },
      },
    },
    () => claims.waiting(),
  );

  app.post(
    "/unclaimed/claim",
    {
      schema: {
        tags: ["devices"],
        summary: "Give a device to a room; what it measures counts there at once",
        body: ClaimInput,
        response: { 201: ClaimedView },
      },
    },
    async (request, reply) => reply.code(201).send(await claims.claim(request.body, by(request))),
  );

  app.post(
    "/rooms/:site/:room/devices/:device/move",
    {
      schema: {
        tags: ["devices"],
        summary: "Move a device to another room; what it measured before stays where it was",
        params: Where,
        body: DeviceMoveInput,
        response: { 200: ClaimedView },
      },
    },
    (request) => {
      const { site, room, device } = request.params;
      return claims.move(roomKey(site, room), device, { to: request.body.to, ...by(request) });
    },
  );

  app.delete(
    "/rooms/:site/:room/devices/:device",
    {
      schema: {
        tags: ["devices"],
        summary: "Take a device off a room's card; it waits to be claimed again when it speaks",
        params: Where,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      const { site, room, device } = request.params;
      await claims.release(roomKey(site, room), device, by(request));
      return reply.code(204).send();
    },
  );
}

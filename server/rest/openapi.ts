import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { App } from "./context.ts";

/** The description of the interface, made from the routes themselves, and its page at /api/v1/docs. */
export async function installOpenApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Greenroom",
        version: "1",
        description:
          "Rooms, visits, alerts and plans. Errors are RFC 9457 problems with a stable code. A browser's changes carry the " +
          "session's `x-csrf-token` (GET /api/v1/me tells it); programs send `Authorization: Bearer gr_…`.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/" }],
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer" },
          session: { type: "apiKey", in: "cookie", name: "greenroom" },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, { routePrefix: "/api/v1/docs", staticCSP: true, uiConfig: { docExpansion: "list" } });
  app.get("/api/v1/openapi.json", { schema: { hide: true } }, () => app.swagger());
}

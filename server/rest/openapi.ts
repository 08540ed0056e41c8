import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import * as admin from "#contract/api/admin.ts";
import * as evidence from "#contract/api/evidence.ts";
import * as requests from "#contract/api/requests.ts";
import * as templates from "#contract/api/templates.ts";
import * as views from "#contract/api/views.ts";
import * as whatIf from "#contract/api/what-if.ts";
import { access } from "./access.ts";
import type { App } from "./context.ts";

/**
 * The contract's named shapes, under the names that the document gives them. What is sent is called `…Input` by the
 * transform, so `DemoInput` of the contract would meet the input form of `Demo`: it is called `NewDemo` here.
 */
function namedShapes(): z.core.$ZodRegistry<{ id: string }> {
  const registry = z.registry<{ id: string }>();
  const all = [admin, evidence, requests, templates, views, whatIf].flatMap((module): unknown[] =>
    Object.values(module),
  );
  for (const shape of all) {
    const id = shape instanceof z.ZodType ? shape.meta()?.id : undefined;
    if (id !== undefined) registry.add(shape as z.ZodType, { id: id.replace(/^(.+)Input$/, "New$1") });
  }
  return registry;
}

/** What the page of the description needs: its own files, the pictures inside its style sheet, and the one style that its program adds. */
const docsPolicy = {
  "default-src": ["'none'"],
  "script-src": ["'self'"],
  "style-src": ["'self'", "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"],
  "img-src": ["'self'", "data:"],
  "connect-src": ["'self'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
  "frame-ancestors": ["'none'"],
};

/** The description of the interface, made from the routes themselves, and its page at /api/v1/docs. */
export async function installOpenApi(app: App): Promise<void> {
  const schemaRegistry = namedShapes();
  const shape = createJsonSchemaTransform({ schemaRegistry });
  const whole = createJsonSchemaTransformObject({ schemaRegistry });
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
    transform: (route) => {
      const { schema, url } = shape(route);
      return { url, schema: withAccess(schema, route.route.method, route.url) };
    },
    transformObject: (document) => onlyUsed(whole(document)),
  });
  await app.register(swaggerUi, {
    routePrefix: "/api/v1/docs",
    staticCSP: docsPolicy,
    uiConfig: { docExpansion: "list" },
  });
  app.get("/api/v1/openapi.json", { schema: { hide: true } }, () => app.swagger());
}

type RouteSchema = ReturnType<ReturnType<typeof createJsonSchemaTransform>>["schema"];

/** Adds who may use a route, and what it answers when it cannot. */
function withAccess(schema: RouteSchema, method: string | readonly string[], url: string): RouteSchema {
  const may = access[`${[method].flat()[0] ?? "GET"} ${url}`];
  if (may === undefined || schema === undefined || schema["hide"] === true) return schema;
  const roles = typeof may === "string" ? "Needs no sign-in." : `For the roles ${may.join(", ")}.`;
  const fault = {
    description: "A problem",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
  const described = {
    ...schema,
    description: roles,
    response: { ...(schema.response as object), default: fault },
    ...(may === "anyone" ? { security: [] } : {}),
  };
  return described;
}

type Document = ReturnType<ReturnType<typeof createJsonSchemaTransformObject>>;

/** Leaves out the component forms that no route refers to, and gives those that are sent their short names. */
function onlyUsed(document: Document): Document {
  const components = (document as { components?: { schemas?: Record<string, unknown> } }).components;
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const follow = (part: unknown): void => {
    for (const [, name = ""] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(schemas[name] ?? {});
    }
  };
  follow({ ...document, components: undefined });
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
  const text = JSON.stringify({ ...document, components: { ...components, schemas: kept } });
  return JSON.parse(text.replaceAll(/\bNew(\w+Input)\b/g, "$1")) as Document;
}

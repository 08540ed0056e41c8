import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import helmet from "@fastify/helmet";
import statics from "@fastify/static";
import type { FastifyReply } from "fastify";
import type { App, Context } from "./context.ts";
import { problem, sendProblem } from "./problem.ts";

const NO_WEB = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Greenroom</title>
<p>The server runs. Its screens are not built: run <code>npm run build</code>, then start it again.</p>`;

/** Content policy of the application's own page: everything comes from here, nothing is written inline but styles. */
const directives = {
  "default-src": ["'self'"],
  "script-src": ["'self'"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "img-src": ["'self'", "data:"],
  "font-src": ["'self'", "data:"],
  "connect-src": ["'self'", "ws:", "wss:"],
  "object-src": ["'none'"],
  "base-uri": ["'none'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'none'"],
  "upgrade-insecure-requests": null,
};

/**
 * Serves the built application: hashed files for ever, `index.html` never from a cache, and `index.html` also for the
 * addresses that the application itself understands. Returns what sends that page.
 */
export async function installWeb(app: App, context: Context): Promise<(reply: FastifyReply) => FastifyReply> {
  const { webDir } = context;
  const index = webDir === undefined ? undefined : join(webDir, "index.html");
  const hasWeb = webDir !== undefined && index !== undefined && existsSync(index);
  const html = hasWeb ? readFileSync(index, "utf8") : NO_WEB;
  await app.register(helmet, {
    global: false,
    contentSecurityPolicy: { directives },
    hsts: false,
    referrerPolicy: { policy: "same-origin" },
    xFrameOptions: { action: "deny" },
  });
  const page = (reply: FastifyReply): FastifyReply => {
    void reply.helmet();
    void reply.header("cache-control", "no-cache").type("text/html; charset=utf-8");
    return reply.send(html);
  };
  if (hasWeb) {
    await app.register(statics, {
      root: webDir,
      prefix: "/",
      wildcard: false,
      index: false,
      preCompressed: true,
      globIgnore: ["index.html", "index.html.*", "**/*.br", "**/*.gz"],
      cacheControl: false,
      setHeaders(reply, path) {
        const isHashed = /[/\\]assets[/\\]/.test(path);
        reply.header("cache-control", isHashed ? "public, max-age=31536000, immutable" : "public, max-age=300");
      },
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const isPage =
      (request.method === "GET" || request.method === "HEAD") &&
      !path.startsWith("/api/") &&
      (path === "/index.html" || !/\.[a-z0-9]{1,8}$/i.test(path));
    if (isPage) return page(reply);
    return sendProblem(reply, problem("NOT_FOUND", `There is nothing at ${request.method} ${path.slice(0, 200)}.`));
  });
  return page;
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import helmet from "@fastify/helmet";
import statics from "@fastify/static";
import type { FastifyReply } from "fastify";
import { pagePolicy } from "#contract/api/page-policy.ts";
import type { App, Context } from "./context.ts";
import { problem, sendProblem } from "./problem.ts";

const NO_WEB = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Greenroom</title>
<p>The server runs. Its screens are not built: run <code>npm run build</code>, then start it again.</p>`;

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
    contentSecurityPolicy: { directives: pagePolicy, useDefaults: false },
    hsts: false,
    referrerPolicy: { policy: "same-origin" },
    xFrameOptions: { action: "deny" },
  });
  const page = (reply: FastifyReply): FastifyReply => {
    void reply.helmet();
    void reply.header("cache-control", "no-cache").type("text/html; charset=utf-8");
    return reply.send(html);
  };
  // What browsers ask for on a page that names no icon.
  app.get("/favicon.ico", { schema: { hide: true } }, (_, reply) =>
    hasWeb ? reply.header("cache-control", "public, max-age=86400").redirect("/icon.svg") : reply.code(204).send(),
  );
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

import { isIP } from "node:net";
import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { GreenroomError } from "#contract/errors.ts";
import { minutes } from "#contract/units.ts";
import { principalOfToken } from "../people/api-tokens.ts";
import { Limiter } from "../people/limiter.ts";
import type { Principal } from "../people/principal.ts";
import { sameSecret } from "../people/secrets.ts";
import { access, type Access } from "./access.ts";
import type { App, Context } from "./context.ts";
import { isOurOrigin } from "./origin.ts";
import { sessionTokenOf, setSessionCookie } from "./session-cookie.ts";

/** Of one person or program; a screen that is open needs a few. */
const PER_PRINCIPAL = 1_200;
/** Those who are not signed in, and wrong tokens. */
const PER_ADDRESS = { most: 300, per: minutes(1) };
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** The page of the interface's description, which a package brings along. */
const DOCS = "/api/v1/docs";

/**
 * Who may use a route, from the one table; throws for a route of the interface that is not in it, which keeps the server
 * from starting. Outside the interface only the application's own files are read, by anyone.
 */
export function accessOf(method: string, url: string): Access {
  const isRead = method === "GET" || method === "HEAD";
  const named = access[`${method === "HEAD" ? "GET" : method} ${url}`];
  if (named !== undefined) return named;
  if (isRead && (url === DOCS || url.startsWith(`${DOCS}/`) || !url.startsWith("/api/"))) return "anyone";
  throw new TypeError(`${method} ${url} has no entry in the access table`);
}

/** Stands before every route: who is it, may they, and not too often. */
export function installGate(app: App, context: Context): void {
  const { clock, publicUrl } = context;
  const byPrincipal = new Limiter(clock, { most: context.requestsPerMinute ?? PER_PRINCIPAL, per: minutes(1) });
  const byAddress = new Limiter(clock, PER_ADDRESS);
  app.decorateRequest("principal", null);

  app.addHook("onRoute", (route: RouteOptions) => {
    for (const method of [route.method].flat()) accessOf(method, route.url);
  });

  app.addHook("onRequest", async (request, reply) => {
    const { url } = request.routeOptions;
    const allowed = url === undefined ? "anyone" : accessOf(request.method, url);
    if (url !== undefined && !url.startsWith("/api/") && allowed === "anyone") return;
    request.principal = (await identify(request, reply, context)) ?? null;
    const limit = request.principal === null ? byAddress.take(request.ip) : byPrincipal.take(request.principal.id);
    if (!limit.ok) {
      void reply.header("retry-after", Math.ceil(limit.wait / 1_000));
      throw new GreenroomError("TOO_FAST", "too many requests; try again a little later");
    }
    admit(request, allowed);
    const isChange = !SAFE.has(request.method);
    if (isChange || isUpgrade(request)) checkForgery(request, { isChange, allowed, publicUrl });
  });
}

async function identify(
  request: FastifyRequest,
  reply: FastifyReply,
  context: Context,
): Promise<Principal | undefined> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer +(\S{1,256})$/i.exec(authorization)?.[1];
    const principal = token === undefined ? undefined : await principalOfToken(context.store, token);
    if (principal === undefined) throw new GreenroomError("SIGNED_OUT", "the token is not valid");
    return principal;
  }
  const token = sessionTokenOf(request);
  if (token === undefined) return undefined;
  const visit = await context.sessions.visit(token, { rotate: !isUpgrade(request) });
  if (visit?.rotated !== undefined)
    setSessionCookie(request, reply, { token: visit.rotated, role: visit.principal.role }, context.publicUrl);
  return visit?.principal;
}

/** Asks to become a WebSocket: no cookie can be sent with the answer, and browsers let any page ask. */
const isUpgrade = (request: FastifyRequest): boolean => request.headers.upgrade !== undefined;

const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/** A page whose name was made to lead here (DNS rebinding) still asks by that name. */
const isByAddress = (hostname: string): boolean =>
  isIP(hostname.replaceAll(/[[\]]/g, "")) !== 0 || hostname === "localhost";

function admit({ principal, ip, headers, hostname }: FastifyRequest, allowed: Access): void {
  if (allowed === "anyone") return;
  if (allowed === "operator") {
    // Behind a proxy on this machine everybody would come from the loopback address.
    const isDirect = headers["x-forwarded-for"] === undefined && headers.forwarded === undefined;
    const isLocal = LOOPBACK.has(ip) && isDirect && isByAddress(hostname);
    if (isLocal || (principal?.kind === "token" && principal.role !== "viewer" && principal.role !== "sales")) return;
    throw new GreenroomError("NOT_ALLOWED", "metrics are for programs on this machine or with a token of facilities");
  }
  if (principal === null) throw new GreenroomError("SIGNED_OUT", "sign in first");
  if (!allowed.includes(principal.role))
    throw new GreenroomError("NOT_ALLOWED", `this is not for the role ${principal.role}`);
}

/**
 * A change by a browser must come from our own pages: its Origin is ours, and it carries the session's token, which no other
 * site can read. A program that sends its API token in a header cannot be made to do so by a page.
 */
function checkForgery(
  request: FastifyRequest,
  options: { isChange: boolean; allowed: Access; publicUrl: URL | undefined },
): void {
  const { principal } = request;
  if (principal?.kind === "token") return;
  if (!isOurOrigin(request, options.publicUrl))
    throw new GreenroomError("NOT_ALLOWED", "the request came from another site");
  // Signing in has no session yet; the Origin check above keeps a page from signing somebody in as somebody else.
  if (!options.isChange || options.allowed === "anyone") return;
  const sent = request.headers["x-csrf-token"];
  const wanted = principal?.session?.csrf;
  if (typeof sent !== "string" || wanted === undefined || !sameSecret(sent, wanted))
    throw new GreenroomError(
      "NOT_ALLOWED",
      "x-csrf-token is missing or is not this session's; GET /api/v1/me tells it",
    );
}

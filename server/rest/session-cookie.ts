import type { FastifyReply, FastifyRequest } from "fastify";
import type { Role } from "#contract/api/views.ts";
import { sessionLife } from "../people/sessions.ts";
import { isHttps } from "./origin.ts";

const PLAIN = "greenroom";
/** The prefix makes browsers refuse the cookie from a sub-domain or without TLS (RFC 6265bis §4.1.3.2). */
const PREFIXED = `__Host-${PLAIN}`;

export const sessionTokenOf = (request: FastifyRequest): string | undefined =>
  request.cookies[PREFIXED] ?? request.cookies[PLAIN];

export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  session: { token: string; role: Role },
  publicUrl: URL | undefined,
): void {
  const secure = isHttps(request, publicUrl);
  void reply.setCookie(secure ? PREFIXED : PLAIN, session.token, {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure,
    maxAge: Math.floor(sessionLife[session.role].most / 1_000),
  });
}

export function clearSessionCookie(reply: FastifyReply): void {
  void reply.clearCookie(PLAIN, { path: "/" });
  void reply.clearCookie(PREFIXED, { path: "/", secure: true });
}

import type { FastifyReply, FastifyRequest } from "fastify";
import { isHttps } from "./origin.ts";

/**
 * What browsers are told about every answer. Pages get a content security policy besides (`pages.ts`): on each API answer
 * the whole set of helmet would halve the throughput.
 */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply, publicUrl: URL | undefined): void {
  const { raw } = reply;
  raw.setHeader("x-content-type-options", "nosniff");
  raw.setHeader("x-frame-options", "DENY");
  raw.setHeader("referrer-policy", "same-origin");
  raw.setHeader("cross-origin-resource-policy", "same-origin");
  if (isHttps(request, publicUrl)) raw.setHeader("strict-transport-security", "max-age=31536000");
  if (request.url.startsWith("/api/") && !request.url.startsWith("/api/v1/docs")) {
    raw.setHeader("cache-control", "no-store");
    raw.setHeader("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  }
}

import type { FastifyRequest } from "fastify";

const host = (request: FastifyRequest): string => request.host.toLowerCase();

/**
 * Whether a request was made by our own pages: its Origin is where we are reached. Without an Origin header the browser's
 * Sec-Fetch-Site decides; without both it is not a browser of this decade, and the token or the cookie's SameSite must do.
 */
export function isOurOrigin(request: FastifyRequest, publicUrl: URL | undefined): boolean {
  const { origin } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (origin === undefined) return site === undefined || site === "same-origin" || site === "none";
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (publicUrl !== undefined && url.origin === publicUrl.origin) return true;
  return (url.protocol === "http:" || url.protocol === "https:") && url.host.toLowerCase() === host(request);
}

/** Whether people reach us over TLS, directly or through a proxy that is believed. */
export const isHttps = (request: FastifyRequest, publicUrl: URL | undefined): boolean =>
  request.protocol === "https" || publicUrl?.protocol === "https:";

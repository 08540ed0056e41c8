import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { hashSecret } from "../people/secrets.ts";
import { setSessionCookie } from "./session-cookie.ts";
import type { App, Context } from "./context.ts";
import { isOurOrigin } from "./origin.ts";

const Token = z.string().min(16).max(256);

/**
 * Where a one-time link leads. Opening it only shows a button: the sign-in itself is a POST, so that a mail program or a
 * chat that previews links does not spend it. Without a token the application's own page asks for e-mail and password.
 */
export function signInRoutes(app: App, context: Context, spa: (reply: FastifyReply) => FastifyReply): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: 4_096 },
    (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );

  app.get("/sign-in", { schema: { hide: true } }, async (request, reply) => {
    const token = Token.safeParse((request.query as { token?: unknown }).token);
    if (!token.success) return spa(reply);
    const isOpen = await context.store.signInLinks.isOpen(hashSecret(token.data), context.store.peopleClock.now());
    return page(reply, isOpen ? 200 : 410, isOpen ? button(token.data) : spent());
  });

  app.post("/sign-in", { schema: { hide: true } }, async (request, reply) => {
    if (!isOurOrigin(request, context.publicUrl))
      return page(reply, 403, refused("The request came from another site."));
    try {
      await signInWithLink(request, reply, context, Token.parse((request.body as { token?: unknown } | null)?.token));
      return await reply.code(303).header("location", "/").send();
    } catch (error) {
      const isOurs = error instanceof GreenroomError;
      return page(reply, isOurs && error.code === "TOO_FAST" ? 429 : 410, isOurs ? refused(messageOf(error)) : spent());
    }
  });
}

/** Spends a link and gives the browser its cookie. */
export async function signInWithLink(
  request: FastifyRequest,
  reply: FastifyReply,
  { signIn, sessions, publicUrl }: Context,
  token: string,
): Promise<void> {
  const person = await signIn.withLink(token, request.ip);
  const session = await sessions.start(person, request.ip);
  setSessionCookie(request, reply, { token: session.token, role: person.role }, publicUrl);
}

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const button = (token: string): string => `<p>This link signs you in once, on this device.</p>
<form method="post" action="/sign-in"><input type="hidden" name="token" value="${escape(token)}">
<button type="submit" autofocus>Sign in</button></form>`;
const spent = (): string => refused("This sign-in link has expired or was used already. Ask for a new one.");
const refused = (why: string): string =>
  `<p role="alert">${escape(why)}</p><p><a href="/sign-in">Sign in with e-mail</a></p>`;

const STYLE = `
:root{font:16px/1.5 Inter,system-ui,sans-serif;color-scheme:light dark}
body{display:grid;place-items:center;min-height:100vh;margin:0;background:light-dark(#f5f6f7,#0d0f12);color:light-dark(#14171c,#edeff3)}
main{width:min(22rem,calc(100vw - 3rem));padding:2rem;border-radius:12px;background:light-dark(#fff,#15181d);border:1px solid light-dark(#e3e6ea,#262b33)}
h1{display:flex;align-items:center;gap:.5rem;font-size:1rem;margin:0 0 1.25rem}h1 img{width:1.75rem;height:1.75rem}p{margin:0 0 1.25rem}
button{font:inherit;font-weight:600;width:100%;padding:.7rem;border:0;border-radius:8px;background:light-dark(#2f49c9,#5b73ee);color:light-dark(#fff,#0a0e22);cursor:pointer}
button:focus-visible{outline:2px solid light-dark(#2f49c9,#8ea2fa);outline-offset:2px}a{color:inherit}
`;
/** Nothing but this page's own style, by its hash. */
const CSP = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; img-src 'self'`;

const page = (reply: FastifyReply, status: number, body: string): FastifyReply =>
  reply
    .code(status)
    .header("content-security-policy", CSP)
    .header("cache-control", "no-store")
    .type("text/html; charset=utf-8")
    .send(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in · Greenroom</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex"><link rel="icon" href="/icon.svg" type="image/svg+xml">
<style>${STYLE}</style></head><body><main><h1><img src="/icon.svg" alt="">Greenroom</h1>${body}</main></body></html>`);

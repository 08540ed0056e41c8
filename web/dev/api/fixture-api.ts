import type { IncomingMessage, ServerResponse } from "node:http";
import { alertApi } from "./alert-api.ts";
import { type Answer, type Call, type FixtureState, type Handlers, names, ok, refuse } from "./fixture-call.ts";
import { planApi } from "./plan-api.ts";
import { roomApi } from "./room-api.ts";
import { systemApi } from "./system-api.ts";
import { visitApi } from "./visit-api.ts";
import { whatIfApi } from "./what-if-api.ts";

const CSRF = "fixture-csrf";

const handlers: Handlers = {
  "GET me": ({ role }) => ok({ id: role, name: names[role], email: `${role}@example.com`, role, csrf: CSRF }),
  ...roomApi,
  ...visitApi,
  ...alertApi,
  ...planApi,
  ...systemApi,
  ...whatIfApi,
};

/** The REST side of the fixture server: the addresses of the real one, with fixed answers. */
export async function answerApi(
  state: FixtureState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const isJson = (request.headers["content-type"] ?? "").includes("json");
  const body: unknown = text === "" || !isJson ? undefined : JSON.parse(text);
  const parts = url.pathname.replace("/api/v1/", "").split("/").map(decodeURIComponent);
  const answer = decide(state, request, { parts, query: url.searchParams, body, text });
  response.writeHead(answer.status, {
    "content-type": "application/json",
    ...(answer.cookie === undefined ? {} : { "set-cookie": answer.cookie }),
  });
  response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
}

function decide(state: FixtureState, request: IncomingMessage, asked: Omit<Call, "state" | "role">): Answer {
  const { parts, body } = asked;
  const method = request.method ?? "GET";
  if (parts[0] === "session" && method === "POST")
    return signIn(state, body as { password?: string; token?: string; email?: string });
  const session = /session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
  const role = state.sessions.get(session);
  if (role === undefined) return refuse(401, "SIGNED_OUT", "Nobody is signed in.");
  if (method !== "GET" && request.headers["x-csrf-token"] !== CSRF)
    return refuse(403, "NOT_ALLOWED", "The session's token is missing.");
  if (parts[0] === "session") {
    state.sessions.delete(session);
    return ok();
  }
  const handler = handlers[`${method} ${parts[0] ?? ""}`];
  return handler === undefined
    ? refuse(404, "NOT_FOUND", "There is no such address.")
    : handler({ ...asked, state, role });
}

function signIn(state: FixtureState, body: { password?: string; token?: string; email?: string }): Answer {
  const word = body.token?.split("-").at(-1) ?? (body.password === "greenroom" ? body.email?.split("@")[0] : undefined);
  const role = (["facilities", "sales", "admin", "viewer"] as const).find((r) => r === word);
  if (role === undefined)
    return body.token === undefined
      ? refuse(401, "NOT_ALLOWED", "E-mail or password is wrong.")
      : refuse(401, "NOT_ALLOWED", "This link has been used or has expired.");
  const id = `s${state.sessions.size + 1}`;
  state.sessions.set(id, role);
  return { status: 200, body: {}, cookie: `session=${id}; HttpOnly; SameSite=Strict; Path=/` };
}

import type { Role } from "#contract/api/views.ts";

/** Who may use a route: `anyone` needs no sign-in, `operator` is a program on this machine or one with a token that watches over the server. */
export type Access = "anyone" | "operator" | readonly Role[];

const EVERYONE: readonly Role[] = ["viewer", "sales", "facilities", "admin"];
const STAFF: readonly Role[] = ["sales", "facilities", "admin"];
const WORKERS: readonly Role[] = ["facilities", "admin"];
const ADMINS: readonly Role[] = ["admin"];

/**
 * The one table of who may do what. A route that is not in it does not start; what is shown to whom of a thing is decided
 * in `server/live/audience.ts`.
 */
export const access: Readonly<Record<string, Access>> = {
  "GET /healthz": "anyone",
  "GET /readyz": "anyone",
  "GET /metrics": "operator",
  "GET /favicon.ico": "anyone",
  "GET /sign-in": "anyone",
  "POST /sign-in": "anyone",

  "GET /api/v1/openapi.json": "anyone",
  "POST /api/v1/session": "anyone",
  "POST /api/v1/session/link": "anyone",
  "DELETE /api/v1/session": EVERYONE,
  "GET /api/v1/me": EVERYONE,
  "PUT /api/v1/me/password": EVERYONE,
  "GET /api/v1/live": EVERYONE,
  "GET /api/v1/system": EVERYONE,

  "GET /api/v1/rooms": EVERYONE,
  "GET /api/v1/rooms/:site/:room": EVERYONE,
  "PUT /api/v1/rooms/:site/:room": WORKERS,
  "DELETE /api/v1/rooms/:site/:room": ADMINS,
  "GET /api/v1/rooms/:site/:room/history": EVERYONE,
  "GET /api/v1/rooms/:site/:room/verdicts": STAFF,
  "GET /api/v1/rooms/:site/:room/verdict": STAFF,
  "POST /api/v1/rooms/:site/:room/devices/:device/command": WORKERS,
  "GET /api/v1/rooms/:site/:room/commands/:id": WORKERS,
  /** Whoever has set the room up says so, at its door too. */
  "POST /api/v1/rooms/:site/:room/reset": ["viewer", ...WORKERS],

  "GET /api/v1/unclaimed": WORKERS,
  "POST /api/v1/unclaimed/claim": WORKERS,
  "POST /api/v1/rooms/:site/:room/devices/:device/move": WORKERS,
  "DELETE /api/v1/rooms/:site/:room/devices/:device": WORKERS,

  "GET /api/v1/demos": EVERYONE,
  "POST /api/v1/demos": STAFF,
  "GET /api/v1/demos/:id": EVERYONE,
  /** Sales change only their own. */
  "PUT /api/v1/demos/:id": STAFF,
  "PATCH /api/v1/demos/:id": STAFF,
  "DELETE /api/v1/demos/:id": STAFF,
  "POST /api/v1/demos/:id/move": STAFF,
  "GET /api/v1/demos/:id/receipt": STAFF,
  "POST /api/v1/demos/import": WORKERS,
  "POST /api/v1/promise": STAFF,
  "GET /api/v1/figures": STAFF,
  "GET /api/v1/what-if": WORKERS,
  "POST /api/v1/what-if": WORKERS,
  "GET /api/v1/what-if/:id": WORKERS,
  "DELETE /api/v1/what-if/:id": WORKERS,
  "GET /api/v1/templates": STAFF,
  "POST /api/v1/templates": STAFF,
  /** Sales change only their own. */
  "PUT /api/v1/templates/:id": STAFF,
  "DELETE /api/v1/templates/:id": STAFF,

  "GET /api/v1/alerts": EVERYONE,
  "GET /api/v1/alerts/:id": EVERYONE,
  "POST /api/v1/alerts/:id/reply": WORKERS,

  "GET /api/v1/maintenance": EVERYONE,
  "POST /api/v1/maintenance": WORKERS,
  "PUT /api/v1/maintenance/:id": WORKERS,
  "DELETE /api/v1/maintenance/:id": WORKERS,

  "GET /api/v1/calendars": WORKERS,
  "PUT /api/v1/calendars/:name": WORKERS,
  "POST /api/v1/calendars/:name/refresh": WORKERS,
  "DELETE /api/v1/calendars/:name": WORKERS,

  "GET /api/v1/agents": WORKERS,
  "POST /api/v1/agents": WORKERS,
  "DELETE /api/v1/agents/:agent": WORKERS,
  "POST /api/v1/agents/invite": WORKERS,
  /** An agent that has no key yet: its code is what lets it in. */
  "POST /api/v1/enrol": "anyone",
  "POST /api/v1/enrol/renew": "anyone",
  "GET /api/v1/rejected": WORKERS,

  /** Work is given to people, so those who give it see who there is. */
  "GET /api/v1/people": WORKERS,
  "POST /api/v1/people": ADMINS,
  "PATCH /api/v1/people/:id": ADMINS,
  "POST /api/v1/people/:id/link": ADMINS,
  "GET /api/v1/tokens": ADMINS,
  "POST /api/v1/tokens": ADMINS,
  "DELETE /api/v1/tokens/:id": ADMINS,
  "GET /api/v1/audit": ADMINS,
};

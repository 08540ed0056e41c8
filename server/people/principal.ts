import type { Role } from "#contract/api/views.ts";

/** Who asks: a person with a session, or a program with a token. */
export interface Principal {
  kind: "person" | "token";
  /** A person's id, or a token's. */
  id: string;
  name: string;
  /** Empty for a token. */
  email: string;
  role: Role;
  /** Of a person's session. */
  session?: { id: string; csrf: string };
}

/** The name under which the audit log and the gateway know somebody. */
export const actorOf = (principal: Principal): string =>
  principal.kind === "token" ? `token:${principal.name}` : principal.id;

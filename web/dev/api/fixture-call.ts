import type { AgentView, ReplyInput } from "#contract/api/requests.ts";
import type { UnclaimedView } from "#contract/api/claims.ts";
import type { LiveDelta } from "#contract/api/live.ts";
import type { TemplateView } from "#contract/api/templates.ts";
import type { Role } from "#contract/api/views.ts";
import type { Building } from "../sample-building.ts";

/** What the REST side of the fixture server answers from. */
export interface FixtureState {
  building: Building;
  now: () => number;
  sessions: Map<string, Role>;
  windows: { id: string; room: string; start: string; end: string; reason: string }[];
  agents: AgentView[] | undefined;
  unclaimed?: UnclaimedView[];
  /** What was given to rooms, and what was done with their devices. */
  claims: unknown[];
  templates: TemplateView[];
  replies: { id: string; reply: ReplyInput }[];
  publish: (change: Omit<LiveDelta, "type" | "seq" | "at">) => void;
}

export interface Call {
  state: FixtureState;
  role: Role;
  query: URLSearchParams;
  parts: string[];
  body: unknown;
  text: string;
}
/** What is answered: a body, or a refusal. */
export type Answer = { status: number; body?: unknown; cookie?: string };

/** By method and the first word of the address. */
export type Handlers = Readonly<Record<string, (call: Call) => Answer>>;

export const names: Readonly<Record<Role, string>> = {
  facilities: "Priya Nair",
  sales: "Sam Okafor",
  admin: "Robin Vos",
  viewer: "Lobby screen",
};
export const ok = (body?: unknown): Answer => ({ status: body === undefined ? 204 : 200, body });
export const refuse = (status: number, code: string, detail: string): Answer => ({
  status,
  body: { type: `/errors/${code}`, title: code, status, code, detail },
});

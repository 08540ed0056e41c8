import type { AlertView, DemoView, Role } from "#contract/api/views.ts";
import type { Principal } from "../people/principal.ts";
import { given } from "../store/present.ts";
import type { LiveDemo } from "./demo-view.ts";

/** Who something is shown to. */
export interface Audience {
  role: Role;
  /** Whose demos are "mine". */
  id: string;
  name: string;
  email: string;
}

export const audienceOf = ({ role, id, name, email }: Principal): Audience => ({ role, id, name, email });

/** Two audiences with the same key are shown the same. */
export const audienceKey = (audience: Audience): string =>
  audience.role === "viewer" ? "viewer" : `${audience.role}/${audience.id}`;

/** What stands on a wall or a door instead of a client's name. */
const NAMELESS = "Client visit";

const same = (a: string | undefined, b: string): boolean => b !== "" && a?.trim().toLowerCase() === b.toLowerCase();

/** A demo as an audience may see it: walls and doors show no client names, and no sentence that holds one. */
export function demoFor(audience: Audience, { view, owner }: LiveDemo): DemoView {
  if (audience.role === "viewer") {
    const { account, host, value_eur: _, ...rest } = view;
    return { ...withoutNames(rest, [view.title, account, host]), title: NAMELESS, mine: false };
  }
  const mine = owner === audience.id || same(view.host, audience.email) || same(view.host, audience.name);
  return mine === view.mine ? view : { ...view, mine };
}

/**
 * An alert as an audience may see it: addresses of people are for those who work on alerts. On walls and doors it says
 * what is to be done where, in words of our own: its title and sentence name the client, perhaps under an earlier name.
 */
export function alertFor(audience: Audience, alert: AlertView): AlertView {
  if (audience.role === "facilities" || audience.role === "admin") return alert;
  if (audience.role === "sales") return { ...alert, notifications: [] };
  const { id, at, cause, demo, arrival, rooms, status, priority, raised_at, act_by, p_ready, steps, level, held } =
    alert;
  const { room_key, room_name, floor, zone } = alert;
  return {
    id,
    at,
    cause,
    rooms,
    status,
    priority,
    raised_at,
    act_by,
    p_ready,
    steps,
    level,
    held,
    room_key,
    room_name,
    floor,
    zone,
    ...given({ demo, arrival }),
    title: `${room_name} needs attention`,
    sentence: steps[0] === undefined ? "Facilities are told." : `${steps[0].label}.`,
    notifications: [],
    history: alert.history.map((event) => ({ at: event.at, event: event.event })),
  };
}

/** Replaces names in every text of a value, the longest first, so that no part of one is left. */
export function withoutNames<T>(value: T, names: readonly (string | undefined)[]): T {
  const wanted = [...new Set(names)].filter((name): name is string => name !== undefined && name.trim() !== "");
  if (wanted.length === 0) return value;
  const parts = wanted.toSorted((a, b) => b.length - a.length).map((name) => RegExp.escape(name));
  // Whole words only: a client called "A" must not spoil every sentence.
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${parts.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  const clean = (part: unknown): unknown => {
    if (typeof part === "string") return part.replaceAll(pattern, NAMELESS);
    if (Array.isArray(part)) return part.map(clean);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, KEPT.has(key) ? inner : clean(inner)]));
  };
  return clean(value) as T;
}

/** Ids and codes are not texts: a client called "A1" must not change them. */
const KEPT = new Set([
  "id",
  "demo",
  "room",
  "room_key",
  "rooms",
  "alerts",
  "check",
  "code",
  "status",
  "outcome",
  "cause",
]);

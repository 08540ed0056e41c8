import type { AgentView } from "#contract/api/requests.ts";
import type { Status } from "./status-words.ts";
import { clockTime, lastSeenWords, sinceWords } from "./time-words.ts";

/** How an agent, a panel or a device with a key is: a word, and what stands below it. */
export interface AgentWords {
  word: string;
  status: Status;
  /** Since when, or what is not known. */
  detail: string | undefined;
  /** By what it signs in, and until when. */
  signIn: string;
  /** It is one of our agents, or may still turn out to be one: its counts mean something. */
  hasCounts: boolean;
}

export function agentWords(agent: AgentView, now: number, zone: string): AgentWords {
  const signIn = signInWords(agent, now, zone);
  const { state, since, seen_at, role } = agent;
  if (state !== "never") {
    const [word, status] = state === "online" ? (["Online", "ready"] as const) : (["Offline", "not_ready"] as const);
    const detail = since === undefined ? undefined : sinceWords(Date.parse(since), now, zone);
    return { word, status, detail, signIn, hasCounts: true };
  }
  if (seen_at === undefined)
    return { word: "Never signed in", status: "unknown", detail: undefined, signIn, hasCounts: false };
  const last = `signed in ${lastSeenWords(Date.parse(seen_at), now, zone)}`;
  if (role === "panel") return { word: "Has signed in", status: "ready", detail: last, signIn, hasCounts: false };
  // It publishes readings itself, and nothing about itself: whether it is there now, only its devices tell.
  const detail = `${last}; whether it speaks now is seen at its device, in its room`;
  return { word: "Plain MQTT", status: "unknown", detail, signIn, hasCounts: false };
}

function signInWords({ certificate, code_until }: AgentView, now: number, zone: string): string {
  const isOpen = code_until !== undefined && Date.parse(code_until) > now;
  if (isOpen) return `may enrol until ${clockTime(Date.parse(code_until), zone)}`;
  if (certificate === undefined) return "by key";
  const days = Math.floor((Date.parse(certificate.expires_at) - now) / 86_400_000);
  return days < 0 ? "its certificate has expired" : `certificate for ${days} more days`;
}

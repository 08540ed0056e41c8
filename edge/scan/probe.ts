import type { Clock } from "#contract/clock.ts";
import type { Secret } from "../secret.ts";
import type { ScanSockets } from "./sockets.ts";

/** What a probe found at an address. */
export interface Found {
  probe: string;
  host: string;
  port: number;
  /** What answered, in a few words. */
  what: string;
  model?: string;
  /** How an agent would read it; absent where no driver does. `env` names what must be set before. */
  proposal?: { driver: string; options: Record<string, unknown> };
  /** What a person must still say or check. */
  note?: string;
}

export interface ProbeContext {
  sockets: ScanSockets;
  clock: Clock;
  signal: AbortSignal;
  /** Where the protocol is listened for; its own port unless a test says otherwise. */
  port: number;
  community: Secret | undefined;
}

/** One way to look for one kind of device at one address. */
export interface Probe {
  id: string;
  /** As it is told to a person before anything is sent. */
  title: string;
  port: number;
  /** It is asked only where something that it needs was given. */
  needsCommunity?: true;
  /** What is there; `undefined` where nothing answers, or something else. Rejects only by a defect. */
  look(host: string, context: ProbeContext): Promise<Found | undefined>;
}

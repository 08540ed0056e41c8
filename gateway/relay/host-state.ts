import type { Bus } from "#contract/bus.ts";
import type { Instant } from "#contract/units.ts";

const topicOf = (host: string): string => `spBv1.0/STATE/${host}`;
const payloadOf = (online: boolean, at: Instant): string => JSON.stringify({ online, timestamp: at });

/** What the broker says of this host when it is gone without a goodbye (Sparkplug 3.0, 6.4.28). */
export const hostWill = (host: string, at: Instant): { topic: string; payload: string; qos: 1; retain: true } => ({
  topic: topicOf(host),
  payload: payloadOf(false, at),
  qos: 1,
  retain: true,
});

/** Tells Sparkplug's edge nodes, retained, that a host application listens; they hold their data back while it does not. */
export class HostState {
  readonly #host: string;
  /** The same as in the last will, by which edge nodes tell an old death from a new one. */
  readonly #at: Instant;
  readonly #bus: Bus;
  #unlink = (): void => {};
  #end: () => Promise<void> = () => Promise.resolve();

  constructor(host: string, at: Instant, bus: Bus) {
    this.#host = host;
    this.#at = at;
    this.#bus = bus;
  }

  async start(): Promise<void> {
    this.#unlink = this.#bus.onLink((isUp) => {
      if (isUp) this.#tell();
    });
    if (this.#bus.connected) this.#tell();
    // A will of an earlier link of ours that the broker publishes only now.
    this.#end = await this.#bus.subscribe(topicOf(this.#host), ({ payload, retained }) => {
      if (!retained && saysOffline(payload)) this.#tell();
    });
  }

  async stop(): Promise<void> {
    this.#unlink();
    await this.#end().catch(() => {});
    await this.#publish(false).catch(() => {});
  }

  #tell(): void {
    this.#publish(true).catch(() => {}); // With the next link.
  }

  #publish(online: boolean): Promise<void> {
    return this.#bus.publish(topicOf(this.#host), payloadOf(online, this.#at), { qos: 1, retain: true });
  }
}

function saysOffline(payload: Uint8Array): boolean {
  try {
    return (JSON.parse(Buffer.from(payload).toString("utf8")) as { online?: unknown } | null)?.online === false;
  } catch {
    return false;
  }
}

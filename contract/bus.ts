/** A message as it arrives. */
export interface Message {
  topic: string;
  payload: Uint8Array;
  /** It was kept by the broker, and is not news. */
  retained: boolean;
  /** It had waited in the broker's session for a client that was away: how long, nobody says. */
  queued?: boolean;
}

export interface PublishOptions {
  qos?: 0 | 1;
  retain?: boolean;
}

/**
 * The wire as edge, gateway and server see it. Adapters: `MemoryBus` (tests, replay, evaluation), `MqttBus` (any broker)
 * and the embedded broker's own; one shared suite (`bus.suite.ts`) runs against each.
 */
export interface Bus {
  /** Resolves once acknowledged (QoS 1) or handed on (QoS 0); rejects with LINK_DOWN (retryable) while the link is down. */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void>;
  /** Retained messages that match come first. A handler that throws is reported and does not disturb the others. Resolves once the broker has granted it. */
  subscribe(filter: string, handler: (message: Message) => void): Promise<() => Promise<void>>;
  /** Resolves once every retained message of the subscriptions so far has been handed to its handler. */
  settled(): Promise<void>;
  readonly connected: boolean;
  /** Called at each change of the link. */
  onLink(listener: (connected: boolean) => void): () => void;
  close(): Promise<void>;
}

/** Whether a topic matches an MQTT filter with `+` and `#` (MQTT 3.1.1 §4.7). */
export function matches(filter: string, topic: string): boolean {
  const f = filter.split("/");
  const t = topic.split("/");
  if (topic.startsWith("$") && (f[0] === "+" || f[0] === "#")) return false;
  for (let i = 0; i < f.length; i++) {
    if (f[i] === "#") return true;
    if (i >= t.length || (f[i] !== "+" && f[i] !== t[i])) return false;
  }
  return f.length === t.length;
}

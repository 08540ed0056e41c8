import { type Millis, seconds } from "#contract/units.ts";

/** What one client, one address and all together may cost the embedded broker. */
export interface BrokerLimits {
  /** Refused at its header, before a byte of it is kept; the connection ends, as the rest cannot be skipped. */
  packetBytes: number;
  connections: number;
  connectionsPerAddress: number;
  /** New connections of one address: so many at once (a building that comes back), then so many per second. */
  connectBurst: number;
  connectsPerSecond: number;
  /** Above this rate a client is read more slowly; nothing is lost. */
  messagesPerSecond: number;
  messageBurst: number;
  /** From connecting to a complete CONNECT. */
  connectTimeout: Millis;
  /** How long a client may leave unread what it has subscribed to, and how much of it. */
  drainTimeout: Millis;
  backlogBytes: number;
  retainedTopics: number;
  retainedTopicsPerAgent: number;
  retainedBytes: number;
  /** How long after a start an agent has to come back before its last will counts. */
  returnWithin: Millis;
}

export const brokerLimits: BrokerLimits = {
  packetBytes: 64 * 1024,
  connections: 10_000,
  connectionsPerAddress: 2_000,
  connectBurst: 4_000,
  connectsPerSecond: 100,
  messagesPerSecond: 5_000,
  messageBurst: 10_000,
  connectTimeout: seconds(10),
  drainTimeout: seconds(4),
  backlogBytes: 4 * 1024 * 1024,
  retainedTopics: 100_000,
  retainedTopicsPerAgent: 2_000,
  retainedBytes: 256 * 1024 * 1024,
  returnWithin: seconds(60),
};

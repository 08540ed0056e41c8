import { afterEach, expect } from "vitest";
import type { EmbeddedBrokerOptions } from "./embedded.ts";
import { startTestBroker, type TestBroker } from "./test-broker.ts";
import { type ConnectFields, TestClient } from "./test-client.ts";

interface BrokerInTest {
  start: (options?: Partial<EmbeddedBrokerOptions>) => Promise<TestBroker>;
  /** A client that has connected and not signed in. */
  raw: () => TestClient;
  join: (fields?: ConnectFields) => Promise<TestClient>;
  readonly clients: readonly TestClient[];
}

/** A broker for each test of a file, ended with its clients after it. */
export function useBroker(): BrokerInTest {
  let running: TestBroker | undefined;
  const clients: TestClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.socket.destroy();
    await running?.stop();
    running = undefined;
  });
  const raw = (): TestClient => {
    const client = new TestClient((running as TestBroker).broker.port);
    clients.push(client);
    return client;
  };
  return {
    start: async (options = {}) => (running = await startTestBroker(options)),
    raw,
    join: async (fields = {}) => {
      const client = raw();
      expect(await client.signIn(fields)).toBe(0);
      return client;
    },
    clients,
  };
}

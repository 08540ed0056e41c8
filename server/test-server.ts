import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Role } from "#contract/api/views.ts";
import { type Log, silentLog } from "#contract/log.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import { hours, type Instant, instant, later, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type Kind, parsePayload, type Payload, publish, topicOf } from "#contract/wire.ts";
import { BATCH_EVERY } from "./live/live-feed.ts";
import { type Server, type ServerOptions, startServer } from "./main.ts";
import { createApiToken } from "./people/api-tokens.ts";
import type { SiteSeed } from "./planning/site-seed.ts";
import { openStore } from "./store/open-store.ts";

/** A real server on a free port with a virtual clock and a bus in memory: what the tests of this folder talk to. */
export interface TestServer {
  server: Server;
  url: string;
  dataDir: string;
  clock: VirtualClock;
  broker: MemoryBroker;
  bus: MemoryBus;
  tokens: Readonly<Record<Role, string>>;
  /** A request as a program with a token of that role; `undefined` for nobody. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** What the wire holds. */
  retained<K extends Kind>(kind: K, room: string): Payload<K> | undefined;
  stop(): Promise<void>;
}
interface CallOptions {
  as?: Role | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}
export interface Answer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read what came, whatever it is
  body: any;
}

/** Saturday noon, UTC. */
export const START: Instant = instant(Date.parse("2026-11-21T12:00:00Z"));
export const SITE = "hq";
const roles: readonly Role[] = ["viewer", "sales", "facilities", "admin"];

export const cardOf = (name: string, more: Partial<RoomCard> = {}): RoomCard => ({
  name,
  floor: "12",
  zone: "Europe/Berlin",
  seats: 8,
  capabilities: ["display", "video_call"],
  devices: [{ device: "air", name: "Air sensor", kind: "sensor" }],
  ...more,
});

export const inHours = (n: number): string => rfc3339(later(START, hours(n)));

export const seedOf = (more: Partial<SiteSeed> = {}): SiteSeed => ({
  site: SITE,
  rooms: [
    { room: "harbour", card: cardOf("Harbour 12F") },
    { room: "lotus", card: cardOf("Lotus", { seats: 4, capabilities: ["display"] }) },
  ],
  demos: [
    {
      id: "d1",
      room: "hq/harbour",
      title: "Acme pitch",
      account: "Acme Ltd",
      host: "Sam Sales",
      start: inHours(2),
      end: inHours(3),
      value_eur: 5_000,
    },
  ],
  bookings: [],
  maintenance: [],
  people: [],
  ...more,
});

export const readinessOf = (at: Instant, more: Partial<RoomReadiness> = {}): RoomReadiness => ({
  at: rfc3339(at),
  now: { outcome: "ready", score: 100, score_hi: 100, confidence: 1, sentence: "Everything is ready.", checks: [] },
  demos: [],
  evidence: [],
  findings: [],
  ...more,
});

export async function startTestServer(
  options: Partial<ServerOptions> & { seed?: SiteSeed | null; log?: Log } = {},
): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "greenroom-server-"));
  const clock = new VirtualClock(START);
  const store = await openStore(dataDir, { clock });
  const tokens = {} as Record<Role, string>;
  for (const role of roles) tokens[role] = await createApiToken(store, { role, name: `test ${role}` });
  await store.close();
  const broker = new MemoryBroker();
  const bus = new MemoryBus(broker);
  const { seed = seedOf(), ...rest } = options;
  const server = await startServer({
    bus: new MemoryBus(broker),
    clock,
    log: silentLog,
    dataDir,
    host: "127.0.0.1",
    port: 0,
    recorder: {
      history: { query: () => Promise.resolve([]) },
      rejected: { list: () => Promise.resolve([]), countSince: () => Promise.resolve(0) },
      stats: () => ({}),
    },
    brokerConnected: () => true,
    checksAnswers: true,
    ...rest,
  });
  if (seed !== null) await server.load(seed);
  clock.advance(BATCH_EVERY);
  return {
    server,
    url: server.localUrl,
    dataDir,
    clock,
    broker,
    bus,
    tokens,
    async call(method, path, { as, body, headers } = {}) {
      const isText = typeof body === "string";
      const response = await fetch(`${server.localUrl}${path}`, {
        method,
        redirect: "manual",
        headers: {
          ...(as === undefined ? {} : { authorization: `Bearer ${tokens[as]}` }),
          ...(body === undefined || isText ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.includes("json") === true;
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
    retained(kind, room) {
      const payload = broker.retained.get(topicOf(kind, { site: SITE, room }));
      const parsed = payload === undefined ? undefined : parsePayload(kind, payload);
      return parsed?.ok === true ? parsed.value : undefined;
    },
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Says something as the gateway would. */
export const say = <K extends Kind>(
  { bus }: TestServer,
  kind: K,
  room: string,
  value: Payload<K>,
  id?: string,
): Promise<void> => publish(bus, kind, { site: SITE, room, ...(id === undefined ? {} : { id }) }, value);

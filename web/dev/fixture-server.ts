import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { type WebSocket, WebSocketServer } from "ws";
import type { LiveDelta } from "#contract/api/live.ts";
import { pagePolicyHeader } from "#contract/api/page-policy.ts";
import type { Role } from "#contract/api/views.ts";
import { answerApi } from "./api/fixture-api.ts";
import type { FixtureState } from "./api/fixture-call.ts";
import { type Building, makeBuilding } from "./sample-building.ts";
import { makeTemplates } from "./sample-templates.ts";
import { multiplyRooms } from "./sample-many.ts";

/**
 * A server for developing and testing the screens: the real addresses and shapes over a fixed building at a fixed minute,
 * and handles to move it, silence it and cut it off. `node web/dev/fixture-server.ts` listens on PORT (8080).
 */
export interface FixtureServer {
  url: string;
  building: Building;
  /** What was claimed, moved and let go of. */
  claims: readonly unknown[];
  /** Sends a change to every page, and keeps it for those that come back. */
  send(change: Omit<LiveDelta, "type" | "seq" | "at">): void;
  /** Cuts every socket; with `refuse`, takes no new ones either. */
  drop(options?: { refuse?: boolean }): void;
  accept(): void;
  /** Stops the pings without closing anything. */
  silence(): void;
  /** Every fourth second something small moves. */
  stir(): void;
  stop(): Promise<void>;
}

interface FixtureOptions {
  port?: number;
  /** The minute that the building's clocks show at start. */
  at?: string;
  rooms?: number;
  webDir?: string;
}

const PING_MS = 5_000;
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

export async function startFixtureServer(options: FixtureOptions = {}): Promise<FixtureServer> {
  const startedAt = Date.now();
  const zero = Date.parse(options.at ?? "2026-11-24T07:41:00.000Z");
  const now = (): number => zero + (Date.now() - startedAt);
  const building = makeBuilding(zero);
  if (options.rooms !== undefined) multiplyRooms(building, options.rooms);
  const webDir = options.webDir ?? fileURLToPath(new URL("../dist", import.meta.url));
  const claims: unknown[] = [];
  const state: FixtureState = {
    building,
    now,
    sessions: new Map(),
    windows: [],
    agents: undefined,
    claims,
    templates: makeTemplates(),
    replies: [],
    publish: () => undefined,
  };

  const epoch = `fixture-${startedAt}`;
  let seq = 100;
  let isRefusing = false;
  let isSilent = false;
  const past: LiveDelta[] = [];
  const clients = new Set<WebSocket>();
  const iso = (): string => new Date(now()).toISOString();

  const send = (change: Omit<LiveDelta, "type" | "seq" | "at">): void => {
    seq += 1;
    const delta: LiveDelta = { type: "delta", seq, at: iso(), ...change };
    past.push(delta);
    merge(building, delta);
    for (const client of clients) client.send(JSON.stringify(delta));
  };
  state.publish = send;

  const http = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const task = path.startsWith("/api/") ? answerApi(state, request, response) : serveFile(webDir, path, response);
    task.catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  const sockets = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) => {
    if (isRefusing || sessionRole(state, request) === undefined) {
      socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      clients.add(client);
      client.on("close", () => clients.delete(client));
      greet(client, new URL(request.url ?? "/", "http://localhost").searchParams, sessionRole(state, request));
    });
  });

  const greet = (client: WebSocket, query: URLSearchParams, role: Role | undefined): void => {
    const since = Number(query.get("since"));
    const isKnown = query.get("epoch") === epoch && since <= seq && past.length >= seq - since;
    client.send(JSON.stringify({ type: "hello", epoch, seq, resumed: isKnown }));
    if (isKnown) {
      for (const delta of past.filter((d) => d.seq > since)) client.send(JSON.stringify(delta));
      if (since === seq) client.send(JSON.stringify({ type: "ping", seq, at: iso() }));
      return;
    }
    const demos = role === "viewer" ? building.demos.map(withoutNames) : building.demos;
    client.send(JSON.stringify({ type: "snapshot", epoch, seq, at: iso(), ...building, demos, verdicts: undefined }));
  };

  const pings = setInterval(() => {
    if (isSilent) return;
    for (const client of clients) client.send(JSON.stringify({ type: "ping", seq, at: iso() }));
  }, PING_MS);
  let stirring: NodeJS.Timeout | undefined;

  await new Promise<void>((resolve) => {
    http.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    building,
    claims,
    send,
    drop: ({ refuse = false } = {}) => {
      isRefusing = refuse;
      for (const client of clients) client.terminate();
    },
    accept: () => {
      isRefusing = false;
    },
    silence: () => {
      isSilent = true;
    },
    stir: () => {
      stirring ??= setInterval(() => send({ rooms: stirred(building, now()) }), 4_000);
    },
    stop: async () => {
      clearInterval(pings);
      clearInterval(stirring);
      for (const client of clients) client.terminate();
      http.closeAllConnections();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
      });
    },
  };
}

function withoutNames(demo: Building["demos"][number]): Building["demos"][number] {
  const nameless = { ...demo, title: "Client visit" };
  delete nameless.account;
  return nameless;
}

function stirred(building: Building, now: number): Building["rooms"] {
  const at = Math.floor(now / 4_000);
  return building.rooms
    .filter((room, index) => index % 7 === at % 7 && room.temperature_c !== undefined)
    .map((room) => ({
      ...room,
      at: new Date(now).toISOString(),
      temperature_c: Number(((room.temperature_c ?? 21) + (at % 2 === 0 ? 0.1 : -0.1)).toFixed(1)),
      co2_ppm: (room.co2_ppm ?? 500) + (at % 3) * 4 - 4,
    }));
}

/** Keeps the building in step with what was sent, so that REST and snapshots agree with the feed. */
function merge(building: Building, delta: LiveDelta): void {
  const put = <T>(list: T[], changed: readonly T[] | undefined, idOf: (thing: T) => string): void => {
    for (const thing of changed ?? []) {
      const index = list.findIndex((other) => idOf(other) === idOf(thing));
      if (index < 0) list.push(thing);
      else list[index] = thing;
    }
  };
  put(building.rooms, delta.rooms, (room) => room.key);
  put(building.demos, delta.demos, (demo) => demo.id);
  put(building.alerts, delta.alerts, (alert) => alert.id);
  const gone = new Set([...(delta.gone?.alerts ?? []), ...(delta.gone?.demos ?? [])]);
  building.alerts = building.alerts.filter((alert) => !gone.has(alert.id));
  building.demos = building.demos.filter((demo) => !gone.has(demo.id));
  if (delta.system !== undefined) building.system = delta.system;
}

const sessionRole = (state: FixtureState, request: IncomingMessage): Role | undefined =>
  state.sessions.get(/session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "");

/** Files of the built application; every other address is the application itself. */
async function serveFile(webDir: string, path: string, response: ServerResponse): Promise<void> {
  const wanted = join(webDir, normalize(path));
  const isFile = extname(path) !== "" && wanted.startsWith(webDir);
  const file = isFile ? wanted : join(webDir, "index.html");
  const body = await readFile(file).catch(() => undefined);
  if (body === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-security-policy": pagePolicyHeader,
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.env["FIXTURE_AT"];
  const rooms = process.env["FIXTURE_ROOMS"];
  const server = await startFixtureServer({
    port: Number(process.env["PORT"] ?? 8080),
    ...(at === undefined ? {} : { at }),
    ...(rooms === undefined ? {} : { rooms: Number(rooms) }),
  });
  server.stir();
  process.stdout.write(
    ["facilities", "sales", "admin", "viewer"]
      .map((role) => `${server.url}/sign-in?token=fixture-token-${role}\n`)
      .join(""),
  );
}

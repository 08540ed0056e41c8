import type { AddressInfo } from "node:net";
import type { Role } from "#contract/api/views.ts";
import type { Bus } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { hours } from "#contract/units.ts";
import { type Authority, authorityOf } from "./authority/authority.ts";
import { type RunPast, WhatIfDesk } from "./evidence/what-if-desk.ts";
import type { History } from "./history/history.ts";
import { AlertLedger } from "./live/alert-ledger.ts";
import { CommandDesk } from "./live/command-desk.ts";
import { LiveFeed } from "./live/live-feed.ts";
import { LiveView, type SystemFacts } from "./live/live-view.ts";
import { ReceiptsClerk } from "./live/receipts-clerk.ts";
import { RecorderWatch } from "./live/recorder-watch.ts";
import { UnclaimedBoard } from "./live/unclaimed-board.ts";
import { VerdictLedger } from "./live/verdict-ledger.ts";
import { WireState } from "./live/wire-state.ts";
import { AgentKeyDesk } from "./people/agent-keys.ts";
import { type AgentBroker, EnrolmentDesk } from "./people/enrolment.ts";
import { SessionDesk } from "./people/sessions.ts";
import { SignInDesk } from "./people/sign-in.ts";
import { createSignInLink } from "./people/sign-in-link.ts";
import type { FeedAddresses } from "./planning/feed-address.ts";
import { ClaimDesk } from "./planning/claim-desk.ts";
import { Feeds } from "./planning/feeds.ts";
import { makeFetchFeed } from "./planning/fetch-feed.ts";
import { Planner } from "./planning/planner.ts";
import { loadSiteSeed, type SiteSeed } from "./planning/site-seed.ts";
import { WirePublisher } from "./planning/wire-publisher.ts";
import type { RejectedLedger } from "./recorder/rejected-ledger.ts";
import { buildApp } from "./rest/app.ts";
import type { ServerRecord } from "./rest/context.ts";
import { ServerMetrics } from "./rest/metrics.ts";
import { openStore, type Store } from "./store/open-store.ts";
import { forgetOld, type Retention, retentionOf } from "./store/retention.ts";

export interface ServerOptions {
  bus: Bus;
  clock: Clock;
  /** What people's sessions and links age by, where `clock` shows another time than theirs. */
  peopleClock?: Clock;
  log: Log;
  dataDir: string;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Where people reach the server; needed behind a proxy that speaks TLS. */
  publicUrl?: string;
  recorder: { history: Pick<History, "query">; rejected: RejectedLedger; stats(): Readonly<Record<string, number>> };
  /** Further figures for /metrics, by name. */
  gauges?: () => Record<string, number>;
  webDir?: string;
  /** Addresses of proxies whose X-Forwarded headers are believed. */
  trustProxy?: string;
  /** Most requests of one person or program. */
  requestsPerMinute?: number;
  /** Holds every answer against its schema: for tests. */
  checksAnswers?: boolean;
  /** Where calendars may be fetched from. */
  feedAddresses?: FeedAddresses;
  brokerConnected: () => boolean;
  /** For how long what is over is remembered; 400 days unless given. */
  retention?: Retention;
  /** Signs certificates; one of the data folder unless given. */
  authority?: () => Promise<Authority>;
  /** Where agents that enrol find the broker. Without it, at this machine, without TLS. */
  agentBroker?: AgentBroker;
  /** Stores a reading that the server itself says: needed with the embedded broker, whose recorder hears only its network clients. */
  record?: ServerRecord;
  /** Runs a span of the past through today's rules; without it nobody can ask for that here. */
  runPast?: RunPast;
}

export interface Server {
  /** Where people reach it. */
  readonly url: string;
  /** Where it listens. */
  readonly localUrl: string;
  stop(): Promise<void>;
  /** Writes a whole site: rooms, demos, bookings, maintenance, people. */
  load(seed: SiteSeed): Promise<void>;
  /** No room is known yet. */
  isEmpty(): boolean;
  /** A one-time link that signs in the person who has held this role longest. */
  signInLink(role: Role): Promise<string>;
  readonly agentKeys: AgentKeyDesk;
  /** Told when an agent's key has ended. */
  onAgentRevoked(listener: (agent: string) => void): () => void;
  readonly enrolment: EnrolmentDesk;
  /** Signs certificates; its key is made at its first use. */
  authority(): Promise<Authority>;
}

const TIDY_EVERY = hours(1);

/** Builds and joins the parts of the server and listens. Throws PORT_IN_USE, STORE_CORRUPT, STORE_FULL. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { bus, clock, log } = options;
  const store = await openStore(options.dataDir, {
    clock,
    ...(options.peopleClock === undefined ? {} : { peopleClock: options.peopleClock }),
  });
  const stops: (() => Promise<void> | void)[] = [() => store.close()];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).toReversed()) await each();
  };
  try {
    const publisher = new WirePublisher(bus, clock, log);
    stops.push(() => publisher.stop());
    const planner = new Planner({ store, publisher, clock, log });
    stops.push(() => planner.stop());
    const { wire, view, feed } = await startLive(options, { store, planner }, stops);

    const board = new UnclaimedBoard(log);
    await board.start(bus);
    stops.push(() => board.stop());

    const clerk = new ReceiptsClerk({ store, planner, view, clock, log });
    clerk.start();
    stops.push(() => clerk.stop());
    const fetch = makeFetchFeed(clock, options.feedAddresses ?? "private");
    const feeds = new Feeds({ store, planner, clock, log, fetch });
    await feeds.start();
    stops.push(() => feeds.stop());

    const sessions = new SessionDesk(store);
    const agentKeys = new AgentKeyDesk(store);
    const { authority = authorityOf(options.dataDir, store.peopleClock) } = options;
    const { agentBroker = { url: () => "mqtt://127.0.0.1:1883" } } = options;
    const enrolment = new EnrolmentDesk({
      store,
      keys: agentKeys,
      authority,
      showsCertificates: () => agentBroker.url("").startsWith("mqtts:"),
    });
    const commands = new CommandDesk({ bus, clock, log, store, planner });
    await commands.start();
    stops.push(() => commands.stop());
    const whatIf = whatIfDesk(options, planner);
    stops.push(() => whatIf?.stop());
    const publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
    const app = await buildApp({
      store,
      planner,
      claims: new ClaimDesk({ store, planner, board }),
      feeds,
      wire,
      view,
      feed,
      sessions,
      signIn: new SignInDesk(store),
      agentKeys,
      enrolment,
      agentBroker,
      commands,
      whatIf,
      bus,
      clock,
      log,
      history: options.recorder.history,
      rejected: options.recorder.rejected,
      metrics: new ServerMetrics(options.gauges ?? (() => ({}))),
      brokerConnected: options.brokerConnected,
      record: options.record,
      publicUrl,
      webDir: options.webDir,
      trustProxy: options.trustProxy,
      requestsPerMinute: options.requestsPerMinute,
      checksAnswers: options.checksAnswers,
    });
    stops.push(() => app.close());
    await app.listen({ host: options.host, port: options.port }).catch((error: unknown) => {
      throw listenFault(error, options);
    });
    stops.push(clock.every(TIDY_EVERY, () => void tidy(sessions, { ...options, store })));
    const localUrl = urlOf(app.server.address() as AddressInfo);
    const url = publicUrl?.origin ?? localUrl;
    log.info({ url }, "the server listens");
    return {
      url,
      localUrl,
      stop,
      load: async (seed) => {
        await loadSiteSeed(store, seed);
        await planner.changed();
      },
      isEmpty: () => planner.plans.size === 0,
      signInLink: async (role) => `${url}${await createSignInLink(store, { role })}`,
      agentKeys,
      onAgentRevoked: (listener) => agentKeys.onRevoked(listener),
      enrolment,
      authority,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Removes what nobody needs any more: dead sessions, and what is over for longer than it is remembered. */
async function tidy(
  sessions: SessionDesk,
  { store, clock, log, retention = retentionOf() }: ServerOptions & { store: Store },
): Promise<void> {
  try {
    await sessions.tidy();
    const forgotten = await forgetOld(store, clock, retention);
    if (forgotten > 0) log.info({ forgotten }, "ended alerts and log entries whose time is over are forgotten");
  } catch (error) {
    log.warn({ why: messageOf(error) }, "what is old cannot be removed");
  }
}

/** The live side: what the wire says, joined with the plans, numbered for browsers; alerts go to the store as they come. */
async function startLive(
  { bus, clock, log, brokerConnected, recorder }: ServerOptions,
  { store, planner }: { store: Store; planner: Planner },
  stops: (() => Promise<void> | void)[],
): Promise<{ wire: WireState; view: LiveView; feed: LiveFeed }> {
  const ledger = new AlertLedger(store, clock, log);
  stops.push(() => ledger.flush());
  const wire = new WireState({
    clock,
    log,
    listener: {
      rooms: (keys) => feed.touch(keys),
      alert: (key, id, alert) => ledger.take(key, id, alert),
    },
  });
  const watch = new RecorderWatch(recorder, clock);
  stops.push(() => watch.stop());
  const system = (): SystemFacts => ({ broker: brokerConnected(), ...watch.facts() });
  const view = new LiveView({ clock, wire, planner, system });
  const feed = new LiveFeed(view, clock);
  planner.onPlan((key) => feed.touch([key]));
  await planner.start();
  await wire.start(bus);
  stops.push(() => wire.stop());
  // A broker that is away has told nothing: only what it really holds says which alerts are closed.
  if (bus.connected) await ledger.reconcile(wire.alerts);
  await watch.start();
  const verdicts = new VerdictLedger({ store, feed, wire, clock, log });
  verdicts.start();
  stops.push(() => verdicts.stop());
  feed.start();
  stops.push(() => feed.stop());
  return { wire, view, feed };
}

function whatIfDesk({ clock, log, runPast }: ServerOptions, planner: Planner): WhatIfDesk | undefined {
  if (runPast === undefined) return undefined;
  const sites = (): string[] => [...new Set([...planner.plans.keys()].map((key) => key.slice(0, key.indexOf("/"))))];
  return new WhatIfDesk({ clock, log, run: runPast, sites });
}

const urlOf = ({ address, family, port }: AddressInfo): string => {
  const isAny = address === "0.0.0.0" || address === "::";
  const host = isAny ? "localhost" : family === "IPv6" ? `[${address}]` : address;
  return `http://${host}:${port}`;
};

function listenFault(error: unknown, { host, port }: ServerOptions): unknown {
  if ((error as { code?: unknown }).code !== "EADDRINUSE") return error;
  return new GreenroomError("PORT_IN_USE", `another program listens on ${host}:${port}`, error);
}

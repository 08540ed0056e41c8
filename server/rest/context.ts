import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Bus } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";
import type { WhatIfDesk } from "../evidence/what-if-desk.ts";
import type { History } from "../history/history.ts";
import type { CommandDesk } from "../live/command-desk.ts";
import type { LiveFeed } from "../live/live-feed.ts";
import type { LiveView } from "../live/live-view.ts";
import type { WireState } from "../live/wire-state.ts";
import type { AgentKeyDesk } from "../people/agent-keys.ts";
import type { AgentBroker, EnrolmentDesk } from "../people/enrolment.ts";
import type { SessionDesk } from "../people/sessions.ts";
import type { SignInDesk } from "../people/sign-in.ts";
import type { ClaimDesk } from "../planning/claim-desk.ts";
import type { Feeds } from "../planning/feeds.ts";
import type { Planner } from "../planning/planner.ts";
import type { Store } from "../store/open-store.ts";
import type { Principal } from "../people/principal.ts";
import type { RejectedLedger } from "../recorder/rejected-ledger.ts";
import type { ServerMetrics } from "./metrics.ts";

/** Resolves once the reading is durable; rejects with a retryable error when it cannot be stored now. */
export type ServerRecord = (reading: { topic: string; payload: Uint8Array }) => Promise<void>;

/** Everything that the routes draw on. */
export interface Context {
  store: Store;
  planner: Planner;
  claims: ClaimDesk;
  feeds: Feeds;
  wire: WireState;
  view: LiveView;
  feed: LiveFeed;
  sessions: SessionDesk;
  signIn: SignInDesk;
  agentKeys: AgentKeyDesk;
  enrolment: EnrolmentDesk;
  agentBroker: AgentBroker;
  commands: CommandDesk;
  /** Absent where nothing here can run the past. */
  whatIf?: WhatIfDesk | undefined;
  bus: Bus;
  clock: Clock;
  log: Log;
  history: Pick<History, "query">;
  rejected: RejectedLedger;
  metrics: ServerMetrics;
  brokerConnected: () => boolean;
  /** Stores a reading that the server itself says, where the recorder does not hear it on the wire. */
  record?: ServerRecord | undefined;
  /** Where people reach the server, when it is known: decides origin checks, links and `Secure`. */
  publicUrl?: URL | undefined;
  /** Of the built single-page application. */
  webDir?: string | undefined;
  /** Of one person or program; a default that suits people's screens unless given. */
  requestsPerMinute?: number | undefined;
  /** Holds every answer against its schema: for tests. */
  checksAnswers?: boolean | undefined;
  /** Proxies in front whose X-Forwarded headers are believed. */
  trustProxy?: string | undefined;
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module "fastify" {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

import type { Bus } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";

/** What a gateway is given; the real one and the one that judges sensors only both take it. */
export interface GatewayPorts {
  bus: Bus;
  clock: Clock;
  log: Log;
}
export interface ReplayGateway {
  stop: () => Promise<void>;
}
export type StartReplayGateway = (ports: GatewayPorts) => Promise<ReplayGateway>;

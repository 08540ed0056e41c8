import { startGateway } from "#gateway/main.ts";
import { NotifyConfig } from "#gateway/notify/config.ts";
import type { GatewayPorts, ReplayGateway } from "./replay-gateway.ts";

/** The product's gateway, which tells nobody: whoever was on duty in the recorded week is so no more. */
export const startRealGateway = ({ bus, clock, log }: GatewayPorts): Promise<ReplayGateway> =>
  startGateway({ bus, clock, log, notify: NotifyConfig.parse({}) });

import { randomBytes } from "node:crypto";
import type { Clock } from "#contract/clock.ts";
import { type ErrorCode, errorKinds } from "#contract/errors.ts";
import { silentLog } from "#contract/log.ts";
import { startMqttBus } from "#contract/mqtt-bus.ts";
import type { EdgeConfig } from "../config.ts";
import { brokerLogin } from "../identity/broker-login.ts";
import { hideSecrets } from "./hide-secrets.ts";

/** Whether the agent could sign in. `warning`: the broker is away, for which the outbox is there. */
export interface BrokerCheck {
  url: string;
  verdict: "ok" | "warning" | "fails";
  error?: { code: ErrorCode; text: string; cure: string };
}

/** Signs in once, with the agent's key and under a name of its own, so that a running agent keeps its link; publishes nothing. */
export async function checkBroker(config: EdgeConfig, clock: Clock): Promise<BrokerCheck> {
  const { agent, key, broker, identity } = config;
  let trouble: { code: ErrorCode; why: string } = { code: "LINK_DOWN", why: "no answer" };
  const bus = await startMqttBus({
    ...brokerLogin(config),
    clientId: `${agent.slice(0, 40)}.check-${randomBytes(4).toString("hex")}`,
    clock,
    log: {
      ...silentLog,
      warn: (fields) => {
        if ("code" in fields && "why" in fields) trouble = fields as typeof trouble;
      },
    },
  });
  const isUp = bus.connected;
  await bus.close();
  if (isUp) return { url: broker.url, verdict: "ok" };
  const { code, why } = trouble;
  return {
    url: broker.url,
    verdict: code === "LINK_DOWN" ? "warning" : "fails",
    error: { code, text: hideSecrets({ key, own: identity?.key })(why), cure: errorKinds[code].cure },
  };
}

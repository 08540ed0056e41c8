import type { MqttBusOptions } from "#contract/mqtt-bus.ts";
import type { EdgeConfig } from "../config.ts";

/** How an agent signs in to its broker: by the key that its configuration names, else by what it got when it enrolled. */
export function brokerLogin({
  agent,
  key,
  broker,
  identity,
}: Pick<EdgeConfig, "agent" | "key" | "broker" | "identity">): Pick<
  MqttBusOptions,
  "url" | "username" | "password" | "ca" | "cert" | "key"
> {
  const ca = broker.ca?.reveal() ?? identity?.broker.ca;
  const password = key?.reveal() ?? identity?.key?.reveal();
  const shows = password === undefined && identity !== undefined && broker.url.startsWith("mqtts:");
  return {
    url: broker.url,
    username: agent,
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    ...(shows && { cert: identity.certificate, key: identity.privateKey.reveal() }),
  };
}

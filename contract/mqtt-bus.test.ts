import { type BusHarness, describeBus } from "./bus.suite.ts";
import { silentLog } from "./log.ts";
import { startMqttBus } from "./mqtt-bus.ts";
import { systemClock } from "./system-clock.ts";
import { millis } from "./units.ts";
import { parseTopic } from "./wire.ts";
import type { Access } from "../gateway/broker/access.ts";
import { KEY, startTestBroker } from "../gateway/broker/test-broker.ts";

/** Everybody may do everything, so that the suite has two parties on every topic. */
const openAccess: Access = {
  decidePublish: (topic) => {
    const kind = topic.startsWith("greenroom/settled/") ? "marker" : parseTopic(topic)?.kind;
    return kind === undefined ? { ok: false, code: "WRONG_TOPIC", why: "not of the wire" } : { ok: true, kind };
  },
  decideSubscribe: () => ({ ok: true }),
  mayReceive: () => true,
};
const reconnect = { first: millis(20), ceiling: millis(100) };

describeBus("MQTT to the embedded broker", async (): Promise<BusHarness> => {
  const test = await startTestBroker({ access: openAccess });
  const buses: { close(): Promise<void> }[] = [];
  return {
    open: async () => {
      const bus = await startMqttBus({
        url: test.url,
        username: "agent-1",
        password: KEY,
        log: silentLog,
        clock: systemClock,
        reconnect,
      });
      buses.push(bus);
      return bus;
    },
    cut: async () => {
      await test.broker.stop();
      return async () => void (await test.restart());
    },
    close: async () => {
      await Promise.all(buses.map((bus) => bus.close()));
      await test.stop();
    },
  };
});

import { describeBus } from "#contract/bus.suite.ts";
import { startTestBroker } from "./test-broker.ts";

describeBus("the embedded broker, in its own process", async () => {
  const test = await startTestBroker();
  return { open: () => Promise.resolve(test.broker.bus()), close: () => test.stop() };
});

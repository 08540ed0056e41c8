import { MemoryBroker, MemoryBus } from "./memory-bus.ts";
import { describeBus } from "./bus.suite.ts";

describeBus("in memory", () => {
  const broker = new MemoryBroker();
  // A defect in a handler is a test's failure elsewhere; here it is what is tested.
  broker.onHandlerError = () => {};
  return Promise.resolve({ open: () => Promise.resolve(new MemoryBus(broker)), close: () => Promise.resolve() });
});

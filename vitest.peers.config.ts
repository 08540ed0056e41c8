import { defineConfig } from "vitest/config";

/** `npm run test:peers`: real brokers, databases and mail servers, each started and stopped by its test on loopback and a free port. */
export default defineConfig({
  test: {
    include: ["**/*.peer.test.ts"],
    exclude: ["**/node_modules/**"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});

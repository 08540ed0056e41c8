import { defineConfig } from "vitest/config";

/** `npm test`: everything that needs nothing but Node. Tests that need other servers end in `.peer.test.ts`, tests that need a browser in `.browser.test.ts`. */
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/*.peer.test.ts", "**/*.browser.test.ts"],
    setupFiles: ["test/property-seed.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});

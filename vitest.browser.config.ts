import { defineConfig } from "vitest/config";

/** `npm run test:browser`: the whole program in a real Chromium. */
export default defineConfig({
  test: {
    include: ["**/*.browser.test.ts"],
    exclude: ["**/node_modules/**"],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});

import { defineConfig } from "vitest/config";

/** The same by Vitest itself (`npm run test:mutants -- --testRunner vitest`), to check the runner of test/mutants/ with: ten times slower. */
export default defineConfig({
  test: {
    include: ["gateway/{readiness,forecast,alerts,judge}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/*.peer.test.ts", "**/through-gateway.test.ts"],
    setupFiles: ["test/property-seed.ts"],
    testTimeout: 30_000,
  },
});

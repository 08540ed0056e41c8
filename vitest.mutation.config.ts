import { defineConfig } from "vitest/config";

/** What mutants of the brain are tried on: its own quick tests. The laws and stories take too long for thousands of mutants. */
export default defineConfig({
  test: {
    include: ["gateway/{readiness,forecast,alerts,judge}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/*.peer.test.ts", "**/through-gateway.test.ts"],
    setupFiles: ["test/property-seed.ts"],
    testTimeout: 30_000,
  },
});

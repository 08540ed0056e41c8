/** Builds the web application into web/dist. `--if-able`: quietly does nothing where the build tools are not installed (`npm ci --omit=dev`). */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const config = fileURLToPath(new URL("../web/vite.config.ts", import.meta.url));
const ifAble = process.argv.includes("--if-able");
const vite = await import("vite").catch(() => undefined);
if (vite !== undefined && existsSync(config)) {
  await vite.build({ configFile: config, logLevel: "warn" });
} else if (!ifAble) {
  process.stderr.write("The web application cannot be built: run `npm ci` with development packages first.\n");
  process.exitCode = 1;
}

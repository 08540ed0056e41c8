import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../web/dist/", import.meta.url));

/** Where the built web application is. `npm ci` builds it; without it the server says how to. */
export const webDir = (): string => built;
export const webIsBuilt = (): boolean => existsSync(`${built}index.html`);

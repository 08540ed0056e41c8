import { readFileSync, statSync } from "node:fs";

const root = new URL("../", import.meta.url);

/**
 * What tells a changed source from the one that was built.
 * @param {string} file from the root
 */
export function stampOf(file) {
  const { size, mtimeMs } = statSync(new URL(file, root));
  return `${size} bytes, ${mtimeMs}`;
}

/**
 * The address of the built program, or `undefined` when there is none or a source has changed since.
 * @param {URL} folder
 * @returns {string | undefined}
 */
export function builtProgram(folder = new URL("dist/", root)) {
  try {
    const sources = /** @type {Record<string, string>} */ (
      JSON.parse(readFileSync(new URL("sources.json", folder), "utf8"))
    );
    return Object.entries(sources).every(([file, stamp]) => stampOf(file) === stamp)
      ? new URL("program.js", folder).href
      : undefined;
  } catch {
    return undefined;
  }
}

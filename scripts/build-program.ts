/**
 * Builds the program into dist/: our sources without their types in a few files, the libraries left as they are installed.
 * `--if-able`: quietly does nothing where the build tools are not installed (`npm ci --omit=dev`). `--if-changed`: only
 * where a source has changed. `--into=FOLDER`: elsewhere within the checkout.
 */
import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import type { Plugin } from "vite";
import { builtProgram, stampOf } from "../bin/built.js";

const root = dirname(import.meta.dirname);
const into = process.argv.find((argument) => argument.startsWith("--into="))?.slice("--into=".length);
const dist = resolve(root, into ?? "dist");
/** What runs in threads of its own, under names that the sources know. */
const threads = [
  "server/recorder/drain/drain-worker.ts",
  "gateway/broker/retained-writer.ts",
  "gateway/translate/custom/mapping-worker.ts",
  "commands/what-if/past-worker.ts",
];

const ofRoot = (id: string): string => relative(root, id).replaceAll(sep, "/");
const isOurs = (id: string): boolean => id.startsWith(root + sep) && !ofRoot(id).startsWith("node_modules/");
const built = (source: string): string => `${basename(source, ".ts")}.js`;

/** Every source finds its neighbours where they are: its own address stays that of the source, a thread's becomes the built one. */
const addresses: Plugin = {
  name: "addresses",
  transform(code, id) {
    if (!isOurs(id)) return undefined;
    const isThread = (file: string): boolean => threads.includes(ofRoot(resolve(dirname(id), file)));
    return code
      .replaceAll(/new URL\("([^"]+)", import\.meta\.url\)/g, (whole, file: string) =>
        isThread(file) ? `new URL("./${built(file)}", import.meta["url"])` : whole,
      )
      .replaceAll(/\bimport\.meta\.main\b/g, "false")
      .replaceAll(/\bimport\.meta\.(\w+)/g, (_, property: string) => {
        if (property !== "url") throw new Error(`${ofRoot(id)}: import.meta.${property} is not known to the build`);
        return `new URL(${JSON.stringify(relative(dist, id).replaceAll(sep, "/"))}, import.meta["url"]).href`;
      });
  },
};

const stamps = new Map(["package-lock.json", "scripts/build-program.ts"].map((file) => [file, stampOf(file)]));

/** The list by which a later start sees whether a source has changed. Written last: without it nothing counts as built. */
const sources: Plugin = {
  name: "sources",
  transform(_, id) {
    if (isOurs(id)) stamps.set(ofRoot(id), stampOf(ofRoot(id)));
  },
  writeBundle() {
    writeFileSync(resolve(dist, "sources.json"), JSON.stringify(Object.fromEntries(stamps), undefined, 1));
  },
};

/** A service's user need not own the checkout. */
function isWritable(): boolean {
  try {
    accessSync(root, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const readFiles = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

async function buildProgram(): Promise<void> {
  const vite = await import("vite").catch(() => undefined);
  if (vite === undefined || !isWritable()) {
    if (process.argv.includes("--if-able")) return;
    throw new Error(
      "The program cannot be built: run `npm ci` with development packages first, as the owner of this folder.",
    );
  }
  // The list of sources first: without it nothing counts as built. The agent by itself lives here, too, and stays.
  for (const file of ["sources.json", ...readFiles(dist).filter((name) => name !== "greenroom-edge.mjs")])
    rmSync(resolve(dist, file), { force: true, recursive: true });
  await vite.build({
    configFile: false,
    root,
    logLevel: "warn",
    plugins: [addresses, sources],
    build: {
      ssr: true,
      outDir: dist,
      emptyOutDir: false,
      copyPublicDir: false,
      target: "esnext",
      minify: false,
      rolldownOptions: {
        input: ["commands/program.ts", ...threads].map((file) => resolve(root, file)),
        // Names stay, so that what an error says of its place can be read.
        output: {
          entryFileNames: "[name].js",
          chunkFileNames: "[name]-[hash].js",
          minify: { compress: false, mangle: false, codegen: true },
        },
      },
    },
  });
}

if (!process.argv.includes("--if-changed") || builtProgram() === undefined) await buildProgram();

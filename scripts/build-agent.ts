/**
 * Builds the agent by itself into one file, dist/greenroom-edge.mjs, which needs nothing beside it but Node: libraries
 * included, types gone, drivers asleep until a configuration names them. `--into=FOLDER`: elsewhere.
 */
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import type { Plugin } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");
const FILE = "greenroom-edge.mjs";

/**
 * What no agent ever uses of the libraries, each with what stands in its place: MQTT over WebSockets, through proxies, in
 * browsers and of version 5; a second copy of Node's streams; traces; serial lines; native helpers of WebSockets.
 */
const UNUSED: readonly { name: RegExp; from?: RegExp; instead: string }[] = [
  { name: /^\.\/(ws|wx|ali|socks)$/, from: /\/mqtt\/build\/lib\//, instead: "module.exports = {};" },
  {
    name: /\/is-browser$/,
    from: /\/mqtt\/build\/lib\//,
    instead: "exports.__esModule = true; exports.default = false;",
  },
  { name: /^worker-timers$/, from: /\/mqtt\/build\/lib\//, instead: "module.exports = globalThis;" },
  { name: /^lru-cache$/, from: /\/mqtt\/build\/lib\//, instead: "exports.LRUCache = class extends Map {};" },
  { name: /^debug$/, instead: "const none = () => {}; none.enabled = false; module.exports = () => none;" },
  { name: /^(serialport|bufferutil|utf-8-validate)$/, instead: "throw new Error('not part of the agent');" },
];
/** Sign-in over TLS wakes what it needs only then. */
const LAZY_TLS = `exports.default = (client, options) => require("mqtt/lib/connect/tls").default(client, options);`;

const STUB = "\0unused:";
const LAZY = "\0lazy:";
const PACKED = "\0packed:";
/** What few agents need of Node, though their code names it: http and tls alone take 9 MB. Loaded when first used. */
const SELDOM: readonly string[] =
  "child_process cluster crypto dgram dns dns/promises http http2 https inspector perf_hooks readline tls tty worker_threads".split(
    " ",
  );

/**
 * Modules of Node are never imported: that reads everything that they offer, and so loads what hides behind it. The seldom ones
 * are asked for at each use; they stand behind the prototype, because the bundler copies what a module has of its own.
 */
function ofNode(name: string): string {
  const module = `process.getBuiltinModule("node:${name}")`;
  if (!SELDOM.includes(name)) return `module.exports = ${module};`;
  return `module.exports = Object.create(new Proxy({}, { get: (_, key) => ${module}[key] }));`;
}

/** Tables of letters of the whole world, which Node would keep as text: unpacked only when they are asked for. */
function packed(file: string): string {
  const text = JSON.stringify(JSON.parse(readFileSync(file, "utf8")));
  return `module.exports = JSON.parse(require("node:zlib").inflateRawSync(Buffer.from("${inBase64(text)}", "base64")).toString());`;
}

const slim: Plugin = {
  name: "slim",
  enforce: "pre",
  resolveId(name, from = "") {
    if (from.includes("rolldown")) return undefined;
    if (name === "readable-stream") return `${LAZY}stream`;
    if (name === "./tls" && /\/mqtt\/build\/lib\/connect\/index/.test(from)) return `${LAZY}mqtt-tls`;
    if (/^\.\/tables\/\w+\.json$/.test(name)) return `${PACKED}${resolve(dirname(from), name)}.js`;
    const unused = UNUSED.findIndex(
      (each) => each.name.test(name) && (each.from?.test(from.replaceAll(sep, "/")) ?? true),
    );
    if (unused >= 0) return `${STUB}${unused}`;
    if (!isBuiltin(name)) return undefined;
    return `${LAZY}${name.replace(/^node:/, "")}`;
  },
  load(id) {
    if (id.startsWith(STUB)) return UNUSED[Number(id.slice(STUB.length))]?.instead;
    if (id === `${LAZY}mqtt-tls`) return LAZY_TLS;
    if (id.startsWith(PACKED)) return packed(id.slice(PACKED.length, -".js".length));
    if (id.startsWith(LAZY)) return ofNode(id.slice(LAZY.length));
    return undefined;
  },
};

/** What asks for its neighbours on disk has none in one file. */
const alone: Plugin = {
  name: "alone",
  enforce: "pre",
  transform(code, id) {
    const file = relative(root, id).replaceAll(sep, "/");
    if (!id.startsWith(root + sep) || file.startsWith("node_modules/")) return undefined;
    if (file === "commands/version.ts") return `export const version = ${JSON.stringify(versionOf("package.json"))};`;
    const changed =
      file !== "contract/mqtt-numbers.ts"
        ? code
        : code
            .replace(/^import \{ createRequire \} from "node:module";$/m, 'import packets from "mqtt-packet";')
            .replace(/^const ofMqtt = .*$/m, "const ofMqtt = () => packets;");
    const asks = /\bimport\.meta\.\w+|\bcreateRequire\b/.exec(changed)?.[0];
    if (asks !== undefined) throw new Error(`${file} asks for ${asks}: the agent by itself has no files beside it`);
    return changed;
  },
};

/** Letters beyond ASCII would make Node keep the whole text at two bytes a letter. */
const inAscii = (code: string): string =>
  code.replaceAll(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

const inBase64 = (text: string): string => deflateRawSync(text, { level: 9 }).toString("base64");

/**
 * Node reads the whole text of a module at its start and keeps what it made of it. So only what every agent needs lies open in
 * the file; each driver, and what belongs to one verb, lies packed beside it until it is asked for: in the comments of functions
 * that nobody calls, because a string would be kept twice.
 */
function joined({ name, open, parts }: { name: string; open: string; parts: ReadonlyMap<string, string> }): string {
  const packed = [...parts].map(([part, text]) => `${JSON.stringify(part)}() {/*${text}*/}`);
  return `const parts = {
${packed.join(",\n")}
};
const loaded = new Map();
function load(name) {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const { inflateRawSync } = process.getBuiltinModule("node:zlib");
  const { compileFunction } = process.getBuiltinModule("node:vm");
  const packed = parts[name].toString();
  const bytes = Buffer.from(packed.slice(packed.indexOf("/*") + 2, packed.lastIndexOf("*/")), "base64");
  const text = '"use strict";' + inflateRawSync(bytes).toString("latin1");
  const part = { exports: {} };
  loaded.set(name, part);
  compileFunction(text, ["module", "exports", "require"], { filename: name })(part, part.exports, load);
  return part.exports;
}
const main = { exports: {} };
loaded.set("./${name}", main);
(function (module, exports, require) {
${open}
})(main, main.exports, load);
`;
}

const oneFile: Plugin = {
  name: "one-file",
  enforce: "post",
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).filter((part) => part.type === "chunk");
    const entry = chunks.find((chunk) => chunk.isEntry);
    if (entry === undefined) throw new Error("nothing to build");
    const parts = new Map<string, string>();
    for (const chunk of chunks) {
      if (chunk === entry) continue;
      parts.set(`./${chunk.fileName}`, inBase64(inAscii(chunk.code)));
      delete bundle[chunk.fileName];
    }
    entry.code = joined({ name: entry.fileName, open: inAscii(entry.code), parts });
  },
};

/** Of a file of ours: `edge-drivers-pjlink-driver`. */
const flatName = (file: string): string => relative(root, file).replace(/\.ts$/, "").replaceAll(/[/\\]/g, "-");

const versionOf = (file: string): string =>
  (JSON.parse(readFileSync(resolve(root, file), "utf8")) as { version: string }).version;

/** Another `entry`, from the root, makes one file of another program around the agent, in the same way. */
export async function buildAgent({
  into = resolve(root, "dist"),
  entry = "commands/edge-alone.ts",
  name = FILE,
}: { into?: string | undefined; entry?: string; name?: string } = {}): Promise<void> {
  const { build } = await import("vite");
  await build({
    configFile: false,
    root,
    logLevel: "warn",
    plugins: [slim, alone, oneFile],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: into,
      emptyOutDir: false,
      copyPublicDir: false,
      target: "esnext",
      minify: false,
      rolldownOptions: {
        input: resolve(root, entry),
        output: {
          entryFileNames: name,
          format: "cjs",
          chunkFileNames: ({ facadeModuleId, name: short }) =>
            facadeModuleId?.startsWith(root) === true ? `${flatName(facadeModuleId)}.js` : `${short}.js`,
          // Names stay, so that what an error says of its place can be read.
          minify: { compress: true, mangle: false, codegen: true },
        },
      },
    },
  });
}

if (import.meta.main)
  await buildAgent({ into: process.argv.find((word) => word.startsWith("--into="))?.slice("--into=".length) });

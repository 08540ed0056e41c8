import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtProgram, stampOf } from "../bin/built.js";

const root = join(import.meta.dirname, "..");
const dataDir = mkdtempSync(join(tmpdir(), "greenroom-built-"));
/** Within the checkout, so that the libraries are found. */
const into = mkdtempSync(join(root, "node_modules", "built-"));

beforeAll(async () => {
  const build = spawn(process.execPath, ["scripts/build-program.ts", `--into=${into}`], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(build, "close")) as [number];
  expect(code).toBe(0);
});
afterAll(() => {
  rmSync(into, { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
});

test("what is built runs without its sources: all threads, the web and the history", async () => {
  const launcher = join(into, "launcher.js");
  writeFileSync(launcher, 'import { runProgram } from "./program.js"; await runProgram(process.argv);');
  // No thread may load a file that has types.
  const program = spawn(process.execPath, ["--no-strip-types", launcher, "start"], {
    cwd: dataDir,
    env: { ...process.env, PORT: "0", MQTT_PORT: "0", DATA_DIR: join(dataDir, "data") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(program, "close");
  try {
    let greeting = "";
    program.stdout.on("data", (chunk: Buffer) => (greeting += chunk.toString()));
    await expect.poll(() => greeting, { timeout: 30_000 }).toContain("Stop with");
    const url = /Web\s+(\S+)/.exec(greeting)?.[1];
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 20_000 }).toBe(200);
  } finally {
    program.kill("SIGTERM");
    await gone;
  }
});

test("what is built counts until one of its sources changes; the sources of every thread are among them", () => {
  const folder = pathToFileURL(`${into}/`);
  const list = join(into, "sources.json");
  const sources = JSON.parse(readFileSync(list, "utf8")) as Record<string, string>;
  expect(Object.keys(sources)).toEqual(
    expect.arrayContaining(["gateway/broker/retained-writer.ts", "server/recorder/drain/drain-worker.ts"]),
  );
  // What others change in this checkout while the test runs is not its matter.
  const asNow = Object.fromEntries(Object.keys(sources).map((file) => [file, stampOf(file)]));
  writeFileSync(list, JSON.stringify(asNow));
  expect(builtProgram(folder)).toBe(new URL("program.js", folder).href);
  writeFileSync(list, JSON.stringify({ ...asNow, "gateway/main.ts": "1 bytes, 1" }));
  expect(builtProgram(folder)).toBeUndefined();
  writeFileSync(list, JSON.stringify({ ...asNow, "gateway/gone.ts": "1 bytes, 1" }));
  expect(builtProgram(folder)).toBeUndefined();
  expect(builtProgram(new URL("no-such-folder/", folder))).toBeUndefined();
});

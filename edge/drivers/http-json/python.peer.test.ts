import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { endProcess, findPeer, untilReady } from "#test/peers/peer-process.ts";
import { freePort } from "#test/free-port.ts";
import type { Observation } from "../driver.ts";
import { httpJson } from "./driver.ts";
import { HttpJsonOptions } from "./options.ts";

const program = findPeer("python3");

describe.skipIf(program === undefined)("Python's web server, which speaks HTTP/1.0", () => {
  let folder: string;
  let server: ChildProcess;
  let port: number;
  const look = (file: string): Promise<Observation> =>
    httpJson
      .open(
        HttpJsonOptions.parse({
          url: `http://127.0.0.1:${port}/${file}`,
          readings: [{ metric: "temperature_c", pointer: "/air/temp_f", unit: "F" }],
        }),
        { clock: systemClock, log: silentLog },
      )
      .poll(new AbortController().signal);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "greenroom-http-"));
    writeFileSync(join(folder, "status.json"), '{"air": {"temp_f": "70.7"}}');
    writeFileSync(join(folder, "page.html"), "<!doctype html>");
    port = await freePort();
    server = spawn(program ?? "", ["-m", "http.server", String(port), "--bind", "127.0.0.1", "--directory", folder], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const answers = async (): Promise<boolean> => (await look("status.json")).state === "online";
    await untilReady(server, answers, { what: "python3 -m http.server", patienceMs: 20_000 });
  });
  afterAll(async () => {
    await endProcess(server, "SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  it("is read; what it does not have, and what is no JSON, is told as that", async () => {
    expect(await look("status.json")).toMatchObject({
      state: "online",
      metrics: { reachable: true, temperature_c: 21.5 },
    });
    expect(await look("nowhere.json")).toMatchObject({
      state: "online",
      error: { code: "DEVICE_REFUSED", text: expect.stringContaining("status 404") as string },
    });
    expect(await look("page.html")).toMatchObject({ state: "online", error: { code: "DEVICE_GARBAGE" } });
  });
});

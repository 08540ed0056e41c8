import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { examine, type Finding } from "./examine.ts";

let dir: string;
let servers: Server[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "greenroom-doctor-"));
  servers = [];
  vi.stubEnv("PORT", "0");
  vi.stubEnv("MQTT_PORT", "0");
  for (const name of ["HOST", "DATA_DIR", "BROKER", "GREENROOM_CONFIG"]) vi.stubEnv(name, undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true });
});

const config = (text: string): string => {
  const file = join(dir, "greenroom.yaml");
  writeFileSync(file, text);
  return file;
};
const about = async (check: string, options: Parameters<typeof examine>[0] = {}): Promise<Finding | undefined> =>
  (await examine({ dataDir: join(dir, "data"), ...options })).find((finding) => finding.check === check);
const listen = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1", () =>
      resolve((server.address() as { port: number }).port),
    );
    servers.push(server);
  });

describe("greenroom doctor", () => {
  it("finds nothing wrong with a machine on which nothing has been started yet", async () => {
    const findings = await examine({ dataDir: join(dir, "data") });
    expect(findings.filter(({ check, state }) => state === "wrong" && check !== "web")).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        "runtime",
        "web",
        "configuration",
        "data folder",
        "web port",
        "mqtt port",
        "channels",
        "clock",
      ]),
    );
  });

  it("tells every fault of a configuration, and looks no further", async () => {
    const findings = await examine({ config: config("port: x\nsite: A B\n") });
    expect(findings.at(-1)).toMatchObject({ check: "configuration", state: "wrong", cure: expect.any(String) });
    expect(findings.at(-1)?.finding).toMatch(/port[^]*site|site[^]*port/);
  });

  it("tells that a port is taken by somebody else, and which variable moves ours", async () => {
    vi.stubEnv("MQTT_PORT", String(await listen()));
    expect(await about("mqtt port")).toMatchObject({ state: "warning", cure: expect.stringContaining("MQTT_PORT") });
  });

  it("tries an external broker", async () => {
    const port = await listen();
    expect(await about("broker", { broker: `mqtt://127.0.0.1:${port}` })).toMatchObject({ state: "ok" });
    const closed = await listen();
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await about("broker", { broker: `mqtt://127.0.0.1:${closed}` })).toMatchObject({
      state: "wrong",
      cure: expect.any(String),
    });
  });

  it("tells a whole database from a damaged one, and changes neither", async () => {
    const whole = new DatabaseSync(join(dir, "app.db"));
    whole.exec("CREATE TABLE rooms (name TEXT)");
    whole.close();
    writeFileSync(join(dir, "history.db"), "this is no database, whatever its name says".repeat(50));
    expect(await about("app.db", { dataDir: dir })).toMatchObject({ state: "ok" });
    expect(await about("history.db", { dataDir: dir })).toMatchObject({
      state: "wrong",
      cure: "restore it from a backup",
    });
  });

  it("misses the address that messages lead to, once there is somebody to write to", async () => {
    const port = await listen();
    const notify = `notify: { channels: { m: { kind: email, host: 127.0.0.1, port: ${port}, from: G } }, contacts: [{ id: a, name: A, channel: m, to: a@example.com }], levels: [[a]] }\n`;
    expect(await about("links", { config: config(notify) })).toMatchObject({
      state: "warning",
      finding: expect.stringMatching(/no link.*`greenroom start`: one to http:\/\/127\.0\.0\.1/),
      cure: expect.stringContaining("public_url"),
    });
    const local = `${notify}public_url: http://localhost:8080\n`;
    expect(await about("links", { config: config(local) })).toMatchObject({ state: "warning" });
    const reachable = `${notify}public_url: https://greenroom.example.com\n`;
    expect(await about("links", { config: config(reachable) })).toMatchObject({ state: "ok" });
    expect(await about("links")).toBeUndefined();
  });

  it("tells what is wrong with a calendar that the server has read", async () => {
    const db = new DatabaseSync(join(dir, "app.db"));
    db.exec("CREATE TABLE calendars (name TEXT, failures INTEGER, faults TEXT)");
    db.exec(`INSERT INTO calendars VALUES ('sales', 0, '[]'), ('ops', 3, '["line 7"]')`);
    db.close();
    expect(await about("calendar sales", { dataDir: dir })).toMatchObject({ state: "ok" });
    expect(await about("calendar ops", { dataDir: dir })).toMatchObject({
      state: "warning",
      finding: expect.stringContaining("line 7"),
    });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "#contract/system-clock.ts";
import { type HttpJsonDevice, startHttpJsonDevice } from "#simulators/devices/http-json.ts";
import { freePort } from "#test/free-port.ts";
import { type Ended, startVerb } from "#test/stories/verb.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-edge-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
let device: HttpJsonDevice | undefined;
afterEach(() => device?.stop());

const SECRETS = { KEY: "agent-key-77", TOKEN: "token-of-the-sensor" };
const run = (...args: string[]): Promise<Ended> => startVerb(["edge", ...args], SECRETS).gone;

/** An agent with one sensor, and where asked with a projector that is not there. */
async function configFile(port: number, more = ""): Promise<string> {
  const file = join(folder, `${port}-${more.length}.yaml`);
  writeFileSync(
    file,
    `site: hq
agent: pi-1
key_env: KEY
broker: { url: "mqtt://127.0.0.1:${await freePort()}" }
data_dir: data
devices:
  - room: atrium
    device: air-1
    driver: http-json
    options:
      url: http://127.0.0.1:${port}/
      token_env: TOKEN
      readings: [{ metric: temperature_c, pointer: /temp }]
${more}`,
  );
  return file;
}

describe("greenroom edge check", () => {
  it("tells what each device would publish, and ends well although the broker is away", async () => {
    device = await startHttpJsonDevice({ host: "127.0.0.1", clock: systemClock });
    device.document = { temp: 21.5, said: SECRETS.TOKEN };
    const config = await configFile(device.port);
    const { code, stdout, stderr } = await run("check", "--config", config);
    expect(stdout).toMatch(/✓ atrium\/air-1 by http-json: online/);
    expect(stdout).toMatch(/temperature_c\s+21\.5 °C/);
    expect(stdout).toMatch(/! broker mqtt:.*LINK_DOWN/);
    expect(stdout).toContain("1 right, 0 with a warning, 0 cannot be read.");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });

    device.document = "no JSON, but the token-of-the-sensor";
    const failed = await run("check", "--config", config, "--json", "--no-broker");
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      site: "hq",
      agent: "pi-1",
      ok: false,
      devices: [{ room: "atrium", device: "air-1", verdict: "fails", error: { code: "DEVICE_GARBAGE" } }],
    });
    for (const said of [stdout, failed.stdout, failed.stderr]) expect(said).not.toMatch(/agent-key|token-of/);
  });

  it("fails when one of several devices cannot be read, and says what to do", async () => {
    device = await startHttpJsonDevice({ host: "127.0.0.1", clock: systemClock });
    device.document = { temp: 21.5 };
    const away = `  - { room: atrium, device: projector-1, driver: pjlink, options: { host: 127.0.0.1, port: ${await freePort()} } }\n`;
    const { code, stdout } = await run("check", "--config", await configFile(device.port, away), "--no-broker");
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ atrium\/projector-1 by pjlink: offline/);
    expect(stdout).toMatch(/DEVICE_REFUSED: .*\n\s+→ .*power, address and port/);
    expect(stdout).toContain("1 right, 0 with a warning, 1 cannot be read.");
  });

  it("ends with 2 where the configuration has faults, before anything is asked", async () => {
    const file = join(folder, "faulty.yaml");
    writeFileSync(file, "site: hq\n");
    expect(await run("check", "--config", file)).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("greenroom edge scan", () => {
  it("says what it would do, and does nothing where nobody can say yes", async () => {
    const { code, stdout, stderr } = await run("scan", "--network", "127.0.0.8/30", "--probes", "bacnet,modbus");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/contacts 2 addresses \(127\.0\.0\.8\/30\).*\n.*port 47808\n.*port 502\n/);
    expect(stderr).toMatch(/4 probes, at most 50 a second/);
    expect(stderr).toMatch(/--yes/);
  });

  it("looks, and proposes a configuration that can be read again", async () => {
    const { code, stdout } = await run("scan", "--network", "127.0.0.8/30", "--probes", "bacnet", "--yes", "--json");
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as { config: string };
    expect(told).toMatchObject({ targets: 2, probes: ["bacnet"], found: [] });
    const file = join(folder, "proposed.yaml");
    writeFileSync(file, told.config.replace("GREENROOM_AGENT_KEY", "KEY"));
    expect(await run("--config", file, "--check")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("0 devices") as string,
    });
  });

  it("refuses what is too large, not one's own, or not there, before anything is sent", async () => {
    const refused = await Promise.all([
      run("scan", "--network", "8.8.8.0/28", "--yes"),
      run("scan", "--network", "10.0.0.0/16", "--yes"),
      run("scan", "--network", "10.0.0.1", "--probes", "telepathy", "--yes"),
      run("scan", "--network", "10.0.0.1", "--community-env", "NO_SUCH", "--yes"),
    ]);
    expect(refused.map(({ code, stdout }) => [code, stdout])).toEqual(refused.map(() => [2, ""]));
    const said = [/not a private network/, /--large/, /there is no probe telepathy/, /the environment has no NO_SUCH/];
    for (const [i, why] of said.entries()) expect(refused[i]?.stderr).toMatch(why);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../free-port.ts";
import { runVerb } from "./verb.ts";
import { WholeProgram } from "./whole-program.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-start-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = (): Record<string, string> => ({ DATA_DIR: join(folder, "data"), PORT: "0", MQTT_PORT: "0" });
const configured = (text: string): string => {
  const file = join(folder, "greenroom.yaml");
  writeFileSync(file, text);
  return file;
};

describe("a broken configuration refuses to start, with every fault at once", () => {
  it("each with its line, and exit code 2", async () => {
    const file = configured(
      `port: 99999
mqtt_prot: 1883
site: Head Office
notify:
  channels:
    mail: { kind: email, from: Greenroom }
  contacts:
    - { id: a, name: A, channel: pager }
`,
    );
    const { code, stdout, stderr } = await runVerb(["start", "--config", file], env());
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("CONFIG_INVALID");
    const places = [
      "port",
      "mqtt_prot",
      "site",
      "notify.channels.mail.host",
      "notify.contacts.0.channel",
      "notify.levels",
    ];
    for (const where of places) expect(stderr).toContain(where);
    for (const line of [1, 2, 3, 6, 8]) expect(stderr).toContain(`greenroom.yaml:${line}:`);
  });

  it("what is not YAML names its line", async () => {
    const { code, stderr } = await runVerb(["start", "--config", configured("port: 1\n  host: [")], env());
    expect(code).toBe(2);
    expect(stderr).toMatch(/greenroom\.yaml:2/);
  });

  it("a file that is not there, and an environment that is wrong, are told together", async () => {
    const { code, stderr } = await runVerb(["start", "--config", join(folder, "nowhere.yaml")], {
      ...env(),
      PORT: "eighty",
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/nowhere\.yaml: cannot be read/);
    expect(stderr).toMatch(/PORT: "eighty" is not a port/);
  });

  it("a secret that is not there", async () => {
    const file = configured(
      "notify: { channels: { desk: { kind: webhook, url: 'http://127.0.0.1:1/', secret: { env: NOWHERE } } }, contacts: [{ id: a, name: A, channel: desk }], levels: [[a]] }",
    );
    const { code, stderr } = await runVerb(["start", "--config", file], env());
    expect(code).toBe(2);
    expect(stderr).toContain("NOWHERE");
  });
});

describe("a port that is taken", () => {
  let taken: Server;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    taken = createServer();
    await new Promise<void>((resolve) => {
      taken.listen(port, "127.0.0.1", resolve);
    });
  });
  afterAll(() => taken.close());

  for (const name of ["PORT", "MQTT_PORT"])
    it(`${name}: exit code 2, which port, and what to do`, async () => {
      const { code, stderr } = await runVerb(["start", "--config", configured("sample: false")], {
        ...env(),
        [name]: String(port),
      });
      expect(code).toBe(2);
      expect(stderr).toContain(String(port));
      expect(stderr).toMatch(/PORT_IN_USE: .*PORT or MQTT_PORT/);
    });
});

describe("a data folder", () => {
  let program: WholeProgram | undefined;
  afterEach(async () => {
    await program?.dispose();
    program = undefined;
  });

  it("that another Greenroom uses is not touched: exit code 2, and the other one goes on", async () => {
    program = await WholeProgram.start();
    const { code, stderr } = await runVerb(["start", "--config", program.configFile], {
      ...env(),
      DATA_DIR: program.dataDir,
    });
    expect(code).toBe(2);
    expect(stderr).toContain("DATA_DIR_IN_USE");
    expect(stderr).toContain(program.dataDir);
    expect((await fetch(`${program.url}/readyz`)).status).toBe(200);
    expect(program.isAlive).toBe(true);
  });

  it("whose owner was killed is free again at once", async () => {
    program = await WholeProgram.start();
    await program.kill9();
    await program.start();
    expect((await fetch(`${program.url}/readyz`)).status).toBe(200);
  });

  it("that cannot be made: exit code 2, and why", async () => {
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    const { code, stderr } = await runVerb(["start"], { ...env(), DATA_DIR: join(file, "data") });
    expect(code).toBe(2);
    expect(stderr).toContain(join(file, "data"));
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { GreenroomError } from "#contract/errors.ts";
import { loadSettings } from "./settings.ts";

const dir = mkdtempSync(join(tmpdir(), "greenroom-settings-"));
afterAll(() => rmSync(dir, { recursive: true }));

let files = 0;
function fileOf(text: string): string {
  const file = join(dir, `${++files}.yaml`);
  writeFileSync(file, text);
  return file;
}

/** The lines of what it refuses with. */
function faultsOf(text: string, env: NodeJS.ProcessEnv = {}, overrides: object = {}): string[] {
  try {
    loadSettings({ config: fileOf(text), ...overrides }, env);
  } catch (error) {
    expect(error).toBeInstanceOf(GreenroomError);
    expect(error).toMatchObject({ code: "CONFIG_INVALID" });
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.replace(/^ {2}- .*\.yaml/, "file"));
  }
  throw new Error("it was accepted");
}

describe("settings", () => {
  it("need no file: loopback, the usual ports, ./data, and the sample building", () => {
    const settings = loadSettings({}, {});
    expect(settings).toEqual({
      host: "127.0.0.1",
      port: 8080,
      mqtt_port: 1883,
      data_dir: resolve("data"),
      sample: true,
    });
  });

  it("with a file there is no sample building unless it asks for one", () => {
    expect(loadSettings({ config: fileOf("site: hq\n") }, {})).toMatchObject({ site: "hq", sample: false });
    expect(loadSettings({ config: fileOf("sample: true\n") }, {}).sample).toBe(true);
    expect(loadSettings({ config: fileOf("") }, {}).sample).toBe(false);
  });

  it("say for how long what is over is remembered", () => {
    const { retention } = loadSettings({ config: fileOf("retention: { alerts_days: 30 }\n") }, {});
    expect(retention).toEqual({ alerts_days: 30, audit_days: 400, verdicts_days: 30 });
    expect(faultsOf("retention:\n  audit_days: 0\n")).toEqual([
      expect.stringMatching(/^file:2: retention.audit_days: /),
    ]);
  });

  it("come from the file, then the environment, then the command line", () => {
    const config = fileOf("port: 1000\nmqtt_port: 1001\ndata_dir: /file\nbroker:\n  url: mqtt://file\n  username: u\n");
    const env = { PORT: "2000", HOST: "::1", DATA_DIR: "/env", BROKER: "mqtt://env" };
    expect(loadSettings({ config }, env)).toMatchObject({
      port: 2000,
      mqtt_port: 1001,
      host: "::1",
      data_dir: "/env",
      broker: { url: "mqtt://env", username: "u" },
    });
    const overrides = { config, broker: "mqtts://option:8883", dataDir: "/option" };
    expect(loadSettings(overrides, env)).toMatchObject({
      data_dir: "/option",
      broker: { url: "mqtts://option:8883", username: "u" },
    });
    expect(loadSettings({}, { GREENROOM_CONFIG: config }).port).toBe(1000);
  });

  it("tell every fault at once, each with its line", () => {
    const text = "site: Not A Slug\nport: 70000\nbroker:\n  url: http://wrong\n  colour: red\nunheard_of: 1\n";
    const faults = faultsOf(text, { PORT: "eighty", MQTT_PORT: "99999" }, { broker: "localhost:1883" });
    expect(faults).toEqual([
      expect.stringMatching(/^file:1: site: must be 1 to 63/),
      expect.stringMatching(/^file:2: port: /),
      expect.stringMatching(/^file:4: broker\.url: /),
      expect.stringMatching(/^file:\d: broker: .*colour/),
      expect.stringMatching(/^file.*unheard_of/),
      expect.stringContaining(`PORT: "eighty" is not a port`),
      expect.stringContaining(`MQTT_PORT: "99999" is not a port`),
      expect.stringContaining("--broker: must look like mqtt://"),
    ]);
  });

  it("tell where a file is no YAML, and what else is wrong beside it", () => {
    const faults = faultsOf("site: hq\nnotify: [\n", { PORT: "-1" });
    expect(faults[0]).toMatch(/^file:\d+: /);
    expect(faults.at(-1)).toContain("PORT");
  });

  it("tell beside all else that a part that runs apart has no broker, but not where one may be named", () => {
    const needsBroker = expect.stringContaining("a gateway that runs apart needs a broker");
    const apart = { apart: "gateway" };
    expect(faultsOf("port: 0.5\n", {}, apart)).toEqual([expect.stringMatching(/^file:1: port: /), needsBroker]);
    expect(faultsOf("broker: { url: http://b }\n", {}, apart)).toEqual([expect.stringMatching(/broker\.url/)]);
    expect(faultsOf("port: [\n", {}, apart)).not.toContainEqual(needsBroker);
    expect(faultsOf("port: 0.5\n", { BROKER: "mqtt://b" }, apart)).toHaveLength(1);
  });

  it("tell what notifications refer to in vain beside what is wrong in their shape, each with its line", () => {
    const text = `notify:
  channels:
    mail: { kind: email, from: Greenroom }
  contacts:
    - { id: a, name: A, channel: pager }
  levels:
    - [a]
    - [b]
`;
    expect(faultsOf(text)).toEqual([
      expect.stringMatching(/^file:3: notify\.channels\.mail\.host: /),
      "file:5: notify.contacts.0.channel: there is no channel called pager",
      "file:8: notify.levels.1.0: there is no contact called b",
    ]);
  });

  it("refuse a file that is not there, by its name", () => {
    expect(() => loadSettings({ config: join(dir, "none.yaml") }, {})).toThrow(/none\.yaml: cannot be read/);
  });
});

describe("subscription maps", () => {
  it("are refused with the line of each fault", () => {
    const text = `translate:
  - vendor: zigbee2mqtt
    site: hq
    filter: "#"
  - vendor: custom
    site: hq
    filter: boxes/#
    mapping:
      readings:
        co2_ppm: "co2["
        humidity: "rh"
  - vendor: homie
`;
    expect(faultsOf(text)).toEqual([
      expect.stringMatching(/^file:4: translate\.0\.filter: .*Greenroom's own/),
      expect.stringMatching(
        /^file:10: translate\.1\.mapping\.readings\.co2_ppm: cannot be read as JSONata at character 4/,
      ),
      expect.stringMatching(/^file:11: translate\.1\.mapping\.readings\.humidity: "humidity" is no metric/),
      expect.stringMatching(/^file:12: translate\.2: names no site/),
    ]);
  });
});

import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { freePort } from "#test/free-port.ts";
import { type PjlinkDevice, startPjlinkDevice } from "#simulators/devices/pjlink.ts";
import { type EdgeConfig, parseEdgeConfig } from "../config.ts";
import { Secret } from "../secret.ts";
import { checkBroker } from "./check-broker.ts";
import { checkDevices, type DeviceCheck } from "./check-devices.ts";
import { hideSecrets } from "./hide-secrets.ts";

const devices: PjlinkDevice[] = [];
const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.stop()));
  for (const server of servers.splice(0)) server.close();
});

async function configOf(entries: string, brokerPort = 1): Promise<EdgeConfig> {
  const head = `site: s\nagent: a\nkey_env: KEY\nbroker: { url: "mqtt://127.0.0.1:${brokerPort}" }\ndata_dir: d\ndevices:\n`;
  const parsed = await parseEdgeConfig(head + entries, {
    folder: ".",
    env: { KEY: "agent-key-1", PASSWORD: "hush-hush" },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.config;
}
const projector = (name: string, port: number, more = ""): string =>
  `  - { room: atrium, device: ${name}, driver: pjlink, options: { host: 127.0.0.1, port: ${port}${more} } }\n`;

test("each device is asked once, and what it would publish is told with units, in the file's order", async () => {
  const device = await startPjlinkDevice({ host: "127.0.0.1", clock: systemClock, seed: 1, password: "hush-hush" });
  devices.push(device);
  const config = await configOf(
    projector("away", await freePort()) +
      projector("there", device.port, ", password_env: PASSWORD, lamp_life_h: 1000") +
      projector("asleep", await freePort(), ", eco_standby: true"),
  );
  const told: DeviceCheck[] = [];
  const checks = await checkDevices({
    config,
    clock: systemClock,
    log: silentLog,
    onChecked: (check) => told.push(check),
  });
  expect(checks.map(({ device, verdict, state }) => [device, verdict, state])).toEqual([
    ["away", "fails", "offline"],
    ["there", "ok", "online"],
    ["asleep", "ok", "sleeping"],
  ]);
  expect(told).toHaveLength(3);
  expect(checks[0]?.error).toMatchObject({ code: "DEVICE_REFUSED", cure: expect.stringContaining("power") as string });
  expect(checks[1]).toMatchObject({ model: "Lumen & Lux LX-4100", left_out: [] });
  expect(checks[1]?.readings).toContainEqual({ metric: "lamp_hours_h", value: 1250, unit: "h" });
  expect(checks[1]?.readings).toContainEqual({ metric: "power_state", value: "standby", unit: "" });
  expect(device.asked.filter((asked) => asked === "POWR ?")).toHaveLength(1);
});

test("a device that answers and refuses the password fails, and the password is not said", async () => {
  const device = await startPjlinkDevice({ host: "127.0.0.1", clock: systemClock, seed: 1, password: "another" });
  devices.push(device);
  const config = await configOf(projector("there", device.port, ", password_env: PASSWORD"));
  const checks = await checkDevices({ config, clock: systemClock, log: silentLog });
  expect(checks[0]).toMatchObject({ verdict: "fails", error: { code: "DEVICE_PASSWORD" } });
  expect(JSON.stringify(checks)).not.toContain("hush");
});

test("a secret that a device says again is taken out, in each spelling it may have", () => {
  const hide = hideSecrets({ headers: [{ name: "X", value: new Secret("hush hush") }], host: "h" });
  expect(hide("no hush hush, no hush%20hush, no aHVzaCBodXNo; a host")).toBe(
    "no [secret], no [secret], no [secret]; a host",
  );
});

/** A broker that answers every sign-in with this code. */
async function broker(code: number): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.write(Buffer.from([0x20, 2, 0, code])));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
}

test("a broker that takes the agent is right, one that is away a warning, one that refuses the key a failure", async () => {
  const check = async (port: number): Promise<object> => checkBroker(await configOf("  []\n", port), systemClock);
  expect(await check(await broker(0))).toMatchObject({ verdict: "ok" });
  expect(await check(await freePort())).toMatchObject({ verdict: "warning", error: { code: "LINK_DOWN" } });
  const refused = await check(await broker(5));
  expect(refused).toMatchObject({ verdict: "fails", error: { code: "LINK_REFUSED" } });
  expect(JSON.stringify(refused)).not.toContain("agent-key-1");
});

import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer as createTls } from "node:tls";
import * as bacnet from "@bacnet-js/client";
import * as fc from "fast-check";
import { ServerTCP } from "modbus-serial";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { systemClock } from "#contract/system-clock.ts";
import { hours, instant, later, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { makeSelfSigned } from "#simulators/devices/certificate.ts";
import { startPjlinkDevice } from "#simulators/devices/pjlink.ts";
import { startSnmpDevice } from "#simulators/devices/snmp.ts";
import { freePort } from "#test/free-port.ts";
import { parseEdgeConfig } from "../config.ts";
import { Secret } from "../secret.ts";
import { addressOf, decideTargets, isNamed, parseNetwork } from "./networks.ts";
import type { Found, Probe } from "./probe.ts";
import { parseDevice } from "./probes/bacnet.ts";
import { parseIdentity } from "./probes/modbus.ts";
import { proposeConfig } from "./propose.ts";
import { probes, scan } from "./scan.ts";
import { keptWithin, type ScanSockets, systemSockets } from "./sockets.ts";

/** A CommonJS module whose default export is its class twice wrapped, or once, by who loads it. */
const BacnetClient = (
  "default" in bacnet.default ? bacnet.default.default : bacnet.default
) as typeof bacnet.default.default;
const { ApplicationTag, ObjectType, PropertyIdentifier } = bacnet;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** Every address that anything was sent to or connected with. */
let contacted: Set<string>;
let watched: ScanSockets;
beforeEach(() => {
  contacted = new Set();
  watched = {
    connectTcp: (host, port) => {
      contacted.add(host);
      return systemSockets.connectTcp(host, port);
    },
    createUdp: () => {
      const socket = systemSockets.createUdp();
      const send = socket.send.bind(socket) as (...args: unknown[]) => void;
      socket.send = (...args: unknown[]) => {
        contacted.add(String(args.slice(1).find((each) => typeof each === "string")));
        send(...args);
      };
      return socket;
    },
  };
});

const only = (...ids: string[]): Probe[] => probes.filter(({ id }) => ids.includes(id));
async function look(
  network: string,
  chosen: readonly Probe[],
  ports: Record<string, number>,
  community?: string,
): Promise<Found[]> {
  const networks = [parseNetwork(network)];
  const targets = decideTargets(networks, { isLarge: false, isPublic: false });
  const found = await scan({
    networks,
    targets,
    probes: chosen,
    clock: systemClock,
    rate: 500,
    ports,
    sockets: watched,
    community: community === undefined ? undefined : new Secret(community),
  });
  for (const host of contacted) expect(isNamed(host, networks)).toBe(true);
  expect([...contacted].toSorted()).toEqual(targets.toSorted());
  return found;
}
async function udp(
  host: string,
  onMessage: (socket: UdpSocket, packet: Buffer, port: number, address: string) => void,
): Promise<number> {
  const socket = createSocket("udp4");
  ends.push(() => socket.close());
  socket.on("message", (packet, { port, address }) => onMessage(socket, packet, port, address));
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  return socket.address().port;
}
const parsed = (yaml: string) => parseEdgeConfig(yaml, { folder: ".", env: new Proxy({}, { get: () => "secret" }) });

describe("a scan finds", () => {
  it("displays by their greeting, with model or with the need of a password; and nothing that greets otherwise", async () => {
    const open = await startPjlinkDevice({ host: "127.0.0.2", clock: systemClock, seed: 1 });
    const locked = await startPjlinkDevice({
      host: "127.0.0.3",
      port: open.port,
      clock: systemClock,
      seed: 1,
      password: "x",
    });
    const odd = await startPjlinkDevice({ host: "127.0.0.4", port: open.port, clock: systemClock, seed: 1 });
    await odd.set("garbage");
    ends.push(
      () => open.stop(),
      () => locked.stop(),
      () => odd.stop(),
    );
    const found = await look("127.0.0.0/29", only("pjlink", "pjlink-search"), {
      pjlink: open.port,
      "pjlink-search": open.port,
    });
    expect(found.map(({ host, model }) => [host, model])).toEqual([
      ["127.0.0.2", "Lumen & Lux LX-4100"],
      ["127.0.0.3", undefined],
    ]);
    const config = await parsed(await proposeConfig(found));
    if (!config.ok) throw new Error(JSON.stringify(config.faults));
    expect(
      config.config.devices.map(({ device, driver, options }) => [
        device,
        driver,
        (options as { password?: unknown }).password instanceof Secret,
      ]),
    ).toEqual([
      ["pjlink-127-0-0-2", "pjlink", false],
      ["pjlink-127-0-0-3", "pjlink", true],
    ]);
  });

  it("displays of class 2 by the search, also where their port serves another client", async () => {
    const port = await udp("127.0.0.2", (socket, packet, to, address) => {
      expect(packet.toString()).toBe("%2SRCH\r");
      socket.send("%2ACKN=00:e0:47:00:00:00\r", to, address);
    });
    const found = await look("127.0.0.2", only("pjlink", "pjlink-search"), {
      pjlink: await freePort(),
      "pjlink-search": port,
    });
    expect(found).toMatchObject([{ probe: "pjlink", host: "127.0.0.2" }]);
  });

  it("what speaks SNMP, only with a community that was given and that it takes", async () => {
    const device = await startSnmpDevice({
      host: "127.0.0.2",
      clock: systemClock,
      objects: { "1.3.6.1.2.1.1.1.0": "APC Smart-UPS 1500", "1.3.6.1.2.1.1.5.0": "ups-3" },
      community: "hush",
    });
    ends.push(() => device.stop());
    const found = await look("127.0.0.2", only("snmp"), { snmp: device.port }, "hush");
    expect(found).toMatchObject([{ probe: "snmp", model: "APC Smart-UPS 1500", what: "speaks SNMP, called ups-3" }]);
    const text = await proposeConfig(found);
    expect(text).not.toContain("hush");
    const config = await parsed(text);
    if (!config.ok) throw new Error(JSON.stringify(config.faults));
    expect(config.config.devices).toMatchObject([{ driver: "snmp", options: { profile: "ups" } }]);
    expect(await look("127.0.0.2", only("snmp"), { snmp: device.port }, "other")).toEqual([]);
    contacted.clear();
    const networks = [parseNetwork("127.0.0.2")];
    await scan({
      networks,
      targets: ["127.0.0.2"],
      probes: only("snmp"),
      clock: systemClock,
      rate: 500,
      sockets: watched,
      community: undefined,
    });
    expect([...contacted]).toEqual([]);
  });

  it("BACnet devices, answered by an independent stack", async () => {
    const port = await freePort();
    const device = new BacnetClient({ port, interface: "127.0.0.2" });
    ends.push(() => device.close());
    await new Promise<void>((resolve) => device.once("listening", resolve));
    device.on("readProperty", ({ header, invokeId, payload }) => {
      if (header === undefined || invokeId === undefined) return;
      expect(payload.objectId).toEqual({ type: ObjectType.DEVICE, instance: 4_194_303 });
      device.readPropertyResponse(
        header.sender,
        invokeId,
        payload.objectId,
        { id: PropertyIdentifier.OBJECT_IDENTIFIER, index: 0xffff_ffff },
        [{ type: ApplicationTag.OBJECTIDENTIFIER, value: { type: ObjectType.DEVICE, instance: 3_056 } }],
      );
    });
    expect(await look("127.0.0.2", only("bacnet"), { bacnet: port })).toMatchObject([
      { what: "BACnet device 3056", proposal: { options: { device_id: 3_056 } } },
    ]);
  });

  it("what speaks Modbus, with its names from an independent server", async () => {
    const port = await freePort();
    const server = new ServerTCP(
      {
        readDeviceIdentification: () => ({ 0x00: "Acme", 0x01: "VAV-7", 0x02: "2.1" }),
      } as unknown as ConstructorParameters<typeof ServerTCP>[0],
      { host: "127.0.0.2", port },
    );
    ends.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    await new Promise<void>((resolve) => server.on("initialized", () => resolve()));
    expect(await look("127.0.0.2", only("modbus"), { modbus: port })).toMatchObject([
      { what: "speaks Modbus", model: "Acme VAV-7 2.1" },
    ]);
  });

  it("codecs by the log-in that they want, with the fingerprint of their certificate; other web servers are none", async () => {
    const certificate = makeSelfSigned(["codec"], systemClock.now(), later(systemClock.now(), hours(24)));
    const answer = async (host: string, status: string, port: number): Promise<number> => {
      const server = createTls({ cert: certificate.certificate, key: certificate.key }, (socket) => {
        socket.on("error", () => {});
        socket.once("data", () => socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`));
      });
      ends.push(() => server.close());
      await new Promise<void>((resolve) => server.listen(port, host, resolve));
      return (server.address() as { port: number }).port;
    };
    const port = await answer("127.0.0.2", "401 Unauthorized", 0);
    await answer("127.0.0.3", "404 Not Found", port);
    const found = await look("127.0.0.0/29", only("xapi"), { xapi: port });
    expect(found.map(({ host }) => host)).toEqual(["127.0.0.2"]);
    const config = await parsed(await proposeConfig(found));
    if (!config.ok) throw new Error(JSON.stringify(config.faults));
    expect(config.config.devices).toMatchObject([
      { driver: "xapi", options: { fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string } },
    ]);
  });

  it("what announces itself by mDNS, asked by itself and never by multicast", async () => {
    // A response with one PTR: _services._dns-sd._udp.local → _cisco-codec._tcp.local.
    const name = Buffer.from("\u0009_services\u0007_dns-sd\u0004_udp\u0005local\0", "latin1");
    const data = Buffer.from("\u000c_cisco-codec\u0004_tcp\u0005local\0", "latin1");
    const port = await udp("127.0.0.2", (socket, packet, to, address) => {
      const head = Buffer.from("000084000000000100000000", "hex");
      packet.copy(head, 0, 0, 2);
      const record = Buffer.from([0, 12, 0, 1, 0, 0, 0, 120, 0, data.length]);
      socket.send(Buffer.concat([head, name, record, data]), to, address);
    });
    const found = await look("127.0.0.2", only("mdns"), { mdns: port });
    expect(found).toEqual([{ probe: "mdns", host: "127.0.0.2", port, what: "announces _cisco-codec._tcp" }]);
    expect((await parsed(await proposeConfig(found))).ok).toBe(true);
  });

  it("nothing where nobody answers, and proposes a configuration all the same", async () => {
    const port = await freePort();
    const ports = Object.fromEntries(probes.map(({ id }) => [id, port]));
    expect(await look("127.0.0.16/30", probes, ports, "public")).toEqual([]);
    expect(await parsed(await proposeConfig([]))).toMatchObject({ ok: true, config: { devices: [] } });
  });
});

describe("a scan keeps within what it was told", () => {
  it("no socket of it reaches another address, whoever asks", () => {
    const kept = keptWithin([parseNetwork("127.0.0.0/29")], watched);
    expect(() => kept.connectTcp("127.0.0.9", 1)).toThrow(/must not contact 127\.0\.0\.9/);
    const socket = kept.createUdp();
    ends.push(() => socket.close());
    expect(() => socket.send("x", 9, "224.0.0.251")).toThrow(/must not contact/);
    expect(() => socket.send(Buffer.from("x"), 0, 1, 9, "127.0.0.8")).toThrow(/must not contact/);
    expect(() => socket.send("x", 9)).toThrow(/must not contact/);
    expect(() => socket.connect(9, "127.0.0.1")).toThrow(/checked/);
    expect([...contacted]).toEqual([]);
  });

  it("is no faster than its rate", async () => {
    const clock = new VirtualClock(instant(0));
    let begun = 0;
    const count = (): undefined => {
      begun += 1;
      return undefined;
    };
    const probe: Probe = { id: "x", title: "x", port: 1, look: () => Promise.resolve(count()) };
    const networks = [parseNetwork("10.0.0.0/24")];
    const targets = decideTargets(networks, { isLarge: false, isPublic: false });
    const over = scan({ networks, targets, probes: [probe], clock, rate: 50, community: undefined });
    for (let second = 1; second <= 3; second++) {
      await clock.advanceToSettled(instant(second * 1_000));
      expect(begun).toBeLessThanOrEqual(second * 50 + 1);
      expect(begun).toBeGreaterThanOrEqual(second * 50 - 1);
    }
    await clock.advanceToSettled(later(clock.now(), seconds(10)));
    await over;
    expect(begun).toBe(254);
  });

  it("ends when it is given up", async () => {
    const networks = [parseNetwork("127.0.0.0/24")];
    const targets = decideTargets(networks, { isLarge: false, isPublic: false });
    const started = performance.now();
    await scan({
      networks,
      targets,
      probes: only("bacnet"),
      clock: systemClock,
      rate: 50,
      ports: { bacnet: 9 },
      community: undefined,
      signal: AbortSignal.timeout(100),
      sockets: watched,
    });
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(contacted.size).toBeLessThan(50);
  });
});

describe("networks", () => {
  const targets = (text: string, allowed = {}): string[] =>
    decideTargets(text.split(",").map(parseNetwork), { isLarge: false, isPublic: false, ...allowed });

  it("are read, without their own and their broadcast address, each address once", () => {
    expect(targets("10.1.2.0/30")).toEqual(["10.1.2.1", "10.1.2.2"]);
    expect(targets("10.1.2.7,10.1.2.6/31,10.1.2.7/32")).toEqual(["10.1.2.6", "10.1.2.7"]);
    expect(targets("10.1.2.9/30")).toEqual(["10.1.2.9", "10.1.2.10"]);
  });
  it.each([
    "",
    "10.1.2",
    "10.1.2.0/33",
    "10.1.2.256",
    "10.1.2.0/-1",
    "example.com",
    "fe80::1",
    "10.1.2.0/8/8",
    "1e1.0.0.0",
  ])("%j is none", (text) => {
    expect(() => parseNetwork(text)).toThrow(/no IPv4 network/);
  });
  it.each([
    ["8.8.8.0/28", /not a private network/],
    ["10.0.0.0/16", /65536 addresses.*--large/],
    ["10.0.0.0/8", /at most 65536/],
    ["172.0.0.0/8", /not a private network/],
    ["224.0.0.0/28", /no device can have/],
    ["0.0.0.0/0", /no device can have/],
    ["255.255.255.255", /no device can have/],
  ])("%s is refused", (text, why) => {
    expect(() => targets(text)).toThrow(why);
  });
  it("large or public ones are taken when that is said", () => {
    expect(targets("10.0.0.0/20", { isLarge: true })).toHaveLength(4_094);
    expect(targets("8.8.8.8", { isPublic: true })).toEqual(["8.8.8.8"]);
    expect(() => targets("10.0.0.0/8", { isLarge: true })).toThrow(/at most/);
  });
  test("law: every target is in the network that was named", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 24 - 1 }), fc.integer({ min: 23, max: 32 }), (low, bits) => {
        const network = parseNetwork(`${addressOf(10 * 2 ** 24 + low)}/${bits}`);
        for (const host of decideTargets([network], { isLarge: false, isPublic: false }))
          expect(isNamed(host, [network])).toBe(true);
      }),
    );
  });
});

test("law: whatever answers a probe is read or refused, and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      parseDevice(bytes);
      parseIdentity(bytes);
      const framed = Buffer.concat([Buffer.from([0x81, 0x0a, 0, bytes.length + 4]), bytes]);
      const instance = parseDevice(framed);
      if (instance !== undefined) expect(instance).toBeLessThan(2 ** 22);
    }),
    { numRuns: 5_000 },
  );
});

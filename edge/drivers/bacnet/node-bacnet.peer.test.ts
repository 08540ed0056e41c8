import { createSocket } from "node:dgram";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { startBacnetDevice } from "#simulators/devices/bacnet.ts";
import type { Observation } from "../driver.ts";
import { bacnet } from "./driver.ts";
import { BacnetOptions } from "./options.ts";

interface Content {
  header: { sender: { address: string } };
  invokeId: number;
  payload: {
    objectId: { type: number; instance: number };
    property: { id: number; index: number };
    properties: { objectId: { type: number; instance: number }; properties: { id: number; index: number }[] }[];
  };
}
/** The part of that library that is used; it has no types. */
interface Peer {
  on(event: string, listener: (content: Content) => void): void;
  readPropertyMultipleResponse(receiver: object, invokeId: number, values: object[]): void;
  readPropertyResponse(receiver: object, invokeId: number, objectId: object, property: object, value: object[]): void;
  iAmResponse(receiver: object, deviceId: number, segmentation: number, vendorId: number): void;
  readProperty(
    receiver: object,
    objectId: object,
    id: number,
    next: (error: Error | null, value: unknown) => void,
  ): void;
  readPropertyMultiple(receiver: object, specs: object[], next: (error: Error | null, value: unknown) => void): void;
  close(): void;
}
const require = createRequire(import.meta.url);
const Library = require("node-bacnet") as new (options: object) => Peer;

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
async function startPeer(): Promise<{ peer: Peer; port: number }> {
  const port = await freeUdpPort();
  const peer = new Library({ port, interface: "127.0.0.1", reuseAddr: false });
  peer.on("error", () => {});
  await new Promise<void>((resolve) => peer.on("listening", () => resolve()));
  return { peer, port };
}

const [REAL, ENUMERATED, BIT_STRING, TEXT] = [4, 9, 8, 7];
/** What the device of the other library says, by object and property: present value, flags, unit; vendor and model. */
const SAID: Readonly<Record<string, { type: number | undefined; value: unknown }>> = {
  "0,4 85": { type: REAL, value: 72.5 },
  "0,4 111": { type: BIT_STRING, value: { bitsUsed: 4, value: [0] } },
  "0,4 117": { type: ENUMERATED, value: 64 },
  "0,9 85": { type: REAL, value: -50 },
  "0,9 111": { type: BIT_STRING, value: { bitsUsed: 4, value: [0b0010] } },
  "0,9 117": { type: ENUMERATED, value: 62 },
  "3,1 85": { type: ENUMERATED, value: 1 },
  "3,1 111": { type: BIT_STRING, value: { bitsUsed: 4, value: [0] } },
  "8,4194303 121": { type: TEXT, value: "Another library" },
};
const absent = { value: { type: "BacnetError", errorClass: 2, errorCode: 32 } };

let server: { peer: Peer; port: number };
beforeAll(async () => {
  server = await startPeer();
  const { peer } = server;
  const valueOf = (objectId: { type: number; instance: number }, id: number): object | undefined =>
    SAID[`${objectId.type},${objectId.instance} ${id}`];
  peer.on("whoIs", ({ header }) => peer.iAmResponse({ address: header.sender.address }, 1234, 3, 999));
  peer.on("readPropertyMultiple", ({ header, invokeId, payload }) =>
    peer.readPropertyMultipleResponse(
      { address: header.sender.address },
      invokeId,
      payload.properties.map(({ objectId, properties }) => ({
        objectId,
        values: properties.map((property) => ({ property, value: [valueOf(objectId, property.id) ?? absent] })),
      })),
    ),
  );
  peer.on("readProperty", ({ header, invokeId, payload: { objectId, property } }) => {
    const value = valueOf(objectId, property.id);
    if (value !== undefined)
      peer.readPropertyResponse({ address: header.sender.address }, invokeId, objectId, property, [value]);
  });
});
afterAll(() => server.peer.close());

const points = [
  { object: "analog-input,4", metric: "temperature_c" },
  { object: "analog-input,9", metric: "supply_air_c" },
  { object: "binary-input,1", metric: "door_open" },
];
const look = (options: object): Promise<Observation> =>
  bacnet
    .open(BacnetOptions.parse({ points, port: server.port, ...options }), { clock: systemClock, log: silentLog })
    .poll(AbortSignal.timeout(3_000));

describe("a device by node-bacnet", () => {
  it.each([
    ["by its address", { host: "127.0.0.1" }],
    ["by its number", { device_id: 1234, broadcast: "127.0.0.1", listen_port: 0 }],
  ])("is read %s; what it calls faulty is not told", async (_, where) => {
    const seen = await look(where);
    expect(seen.metrics).toMatchObject({ reachable: true, temperature_c: 22.5, door_open: true });
    expect(seen.metrics).not.toHaveProperty("supply_air_c");
    expect(seen.state).toBe("online");
  });
});

describe("a client of node-bacnet", () => {
  it("reads our simulated device as we do", async () => {
    const device = await startBacnetDevice({
      host: "127.0.0.1",
      deviceId: 77,
      clock: systemClock,
      objects: [{ type: 0, instance: 4, value: 21.5, units: 62, flags: [false, true, false, false] }],
    });
    const { peer } = await startPeer();
    try {
      const receiver = { address: `127.0.0.1:${device.port}` };
      const objectId = { type: 0, instance: 4 };
      const one = await new Promise((resolve, reject) =>
        peer.readProperty(receiver, objectId, 85, (error, value) => (error ? reject(error) : resolve(value))),
      );
      expect(one).toMatchObject({ values: [{ type: REAL, value: 21.5 }] });
      const specs = [{ objectId, properties: [{ id: 85 }, { id: 111 }, { id: 117 }] }];
      const many = await new Promise((resolve, reject) =>
        peer.readPropertyMultiple(receiver, specs, (error, value) => (error ? reject(error) : resolve(value))),
      );
      expect(JSON.stringify(many)).toContain("21.5");
      expect(many).toMatchObject({ values: [{ values: [{ id: 85 }, { id: 111 }, { id: 117 }] }] });
    } finally {
      peer.close();
      await device.stop();
    }
  });
});

import { writePayload } from "./sparkplug/write-payload.ts";
import type { VendorMessage } from "./translation.ts";

/** A few messages of each vendor in its documented shape: what the fuzz, the laws and the benchmark begin with. */

const json = (topic: string, payload: unknown): VendorMessage => text(topic, JSON.stringify(payload));
const text = (topic: string, payload: string): VendorMessage => ({
  topic,
  payload: new TextEncoder().encode(payload),
  retained: false,
});
const AT = Date.UTC(2026, 10, 2, 9);
const TIME = "2026-11-02T09:00:00Z";

const uplink = (profile: string, rest: object): VendorMessage =>
  json("application/rooms/device/a1b2c3d4e5f60718/event/up", {
    time: TIME,
    deviceInfo: { devEui: "a1b2c3d4e5f60718", deviceName: "Ada", deviceProfileName: profile },
    fPort: 85,
    rxInfo: [{ gatewayId: "0016c001f153a14c", rssi: -71 }],
    ...rest,
  });
const bytes = (...values: number[]): string => Buffer.from(values).toString("base64");

export const sampleMessages: Readonly<Record<string, readonly VendorMessage[]>> = {
  zigbee2mqtt: [
    json("zigbee2mqtt/Ada air", {
      temperature: 21.5,
      humidity: 44,
      co2: 640,
      battery: "87.00",
      voltage: 2985,
      linkquality: 120,
    }),
    json("zigbee2mqtt/ada/presence", { presence: true, illuminance_lux: 310, last_seen: TIME, linkquality: 98 }),
    json("zigbee2mqtt/Ada plug", { state: "ON", power: 41.2, energy: 7.1, voltage: 231, current: 0.2 }),
    json("zigbee2mqtt/Ada air/availability", { state: "offline" }),
    text("zigbee2mqtt/bridge/state", "online"),
  ],
  tasmota: [
    json("tele/ada/SENSOR", {
      Time: "2026-11-02T10:00:00",
      SCD40: { CarbonDioxide: 655, Temperature: 70.7, Humidity: 41 },
      TempUnit: "F",
    }),
    json("tele/ada/STATE", {
      Epoch: AT / 1000,
      UptimeSec: 140,
      Wifi: { RSSI: 90, Signal: -55, DeepSleep: 300 },
      POWER1: "ON",
    }),
    json("stat/ada/STATUS8", { StatusSNS: { ENERGY: { Power: 51, Voltage: 230, Current: 0.22, Total: 12.5 } } }),
    text("tele/ada/LWT", "Online"),
    text("stat/ada/POWER2", "OFF"),
  ],
  "shelly-1": [
    text("shellies/shellyht-1/sensor/temperature", "21.4"),
    text("shellies/shellyht-1/online", "false"),
    json("shellies/shelly1-2/info", {
      wifi_sta: { rssi: -61 },
      unixtime: AT / 1000,
      meters: [{ power: 3.2, is_valid: true }],
    }),
    text("shellies/shellyplug-3/relay/0", "on"),
  ],
  "shelly-2": [
    json("ada-ht/events/rpc", {
      src: "shellyplusht-1",
      method: "NotifyFullStatus",
      params: {
        ts: AT / 1000,
        "temperature:0": { tC: 21.3 },
        "humidity:0": { rh: 43 },
        "devicepower:0": { battery: { V: 5.6, percent: 80 }, external: { present: false } },
      },
    }),
    json("ada-ht/status/humidity:0", { id: 0, rh: 44.5 }),
    text("ada-ht/online", "true"),
  ],
  chirpstack: [
    uplink("Milesight AM103", {
      data: bytes(0x01, 0x75, 0x5a, 0x03, 0x67, 0xd7, 0x00, 0x04, 0x68, 0x58, 0x07, 0x7d, 0x80, 0x02),
    }),
    uplink("Elsys ERS CO2", { data: bytes(0x01, 0x00, 0xd7, 0x02, 0x2c, 0x06, 0x02, 0x80, 0x07, 0x0e, 0x10) }),
    uplink("Netvox R718AB", { fPort: 6, data: bytes(0x01, 0x0b, 0x01, 0x24, 0x08, 0x66, 0x11, 0x30, 0, 0, 0) }),
    uplink("Tektelic Comfort", { fPort: 10, data: bytes(0x03, 0x67, 0x00, 0xd7, 0x04, 0x68, 0x58) }),
    uplink("Milesight EM300", {
      object: { temperature: 21.5, history: [{ timestamp: AT / 1000 - 900, temperature: 21 }] },
    }),
    uplink("Decentlab", {
      object: { barometric_pressure: { value: 96_412, unit: "Pa" }, air_temperature: { value: 22.1, unit: "°C" } },
    }),
  ],
  "things-stack": [
    json("v3/rooms@site/devices/eui-1/up", {
      end_device_ids: { dev_eui: "A1B2C3D4E5F60718" },
      uplink_message: {
        f_port: 5,
        received_at: TIME,
        decoded_payload: { temperature: 21.5, vdd: 3600, pir: 2 },
        rx_metadata: [{ rssi: -80 }],
      },
    }),
  ],
  homie: [
    json("homie/5/ada/$description", {
      homie: "5.0",
      nodes: { air: { properties: { temperature: { unit: "°F", datatype: "float" } } } },
    }),
    text("homie/5/ada/air/temperature", "70.7"),
    text("homie/ada/air/occupied", "true"),
    text("homie/ada/$state", "sleeping"),
  ],
  ruuvi: [
    json("ruuvi/gw/AA:BB:CC:DD:EE:FF", {
      rssi: -70,
      ts: String(AT / 1000),
      data: "0201061BFF990405109A4650C3500000000003E8A0B6010001AABBCCDDEEFF",
    }),
    json("ruuvi/AA:BB:CC:DD:EE:FF", { temperature: 21.4, humidity: 41, pressure: 100_100, timestamp: AT / 1000 }),
  ],
  awair: [
    json("awair/ada", { timestamp: TIME, score: 90, temp: 21.6, humid: 44, co2: 600, co2_est: 700, voc: 120, pm25: 3 }),
  ],
  disruptive: [
    json("disruptive/events", {
      event: { targetName: "projects/p/devices/d1", eventType: "co2", data: { co2: { ppm: 612, updateTime: TIME } } },
    }),
  ],
  sparkplug: [
    {
      topic: "spBv1.0/Rooms/NBIRTH/gw",
      payload: writePayload(AT, 0, [{ name: "bdSeq", value: 3 }]),
      retained: false,
    },
    {
      topic: "spBv1.0/Rooms/DBIRTH/gw/ada",
      payload: writePayload(AT, 1, [
        { name: "Climate/Temperature", alias: 1, value: 21.5 },
        { name: "Climate/CO2", alias: 2, value: 640 },
        { name: "Occupancy/Present", alias: 3, value: true },
      ]),
      retained: false,
    },
    {
      topic: "spBv1.0/Rooms/DDATA/gw/ada",
      payload: writePayload(AT, 2, [
        { alias: 1, value: 21.75 },
        { alias: 2, value: null },
        { alias: 1, value: 20, timestamp: AT - 3_600_000, isHistorical: true },
      ]),
      retained: false,
    },
    {
      topic: "spBv1.0/Rooms/NDEATH/gw",
      payload: writePayload(AT, undefined, [{ name: "bdSeq", value: 2 }]),
      retained: false,
    },
  ],
};

import { bestRssi, devEui, readUplink } from "../lora/uplink.ts";
import { isObject, type Json, numberOf, objectOf } from "../payload.ts";
import { fromText } from "../time.ts";
import {
  defineTranslator,
  measured,
  nothing,
  refused,
  type Translated,
  type VendorMessage,
  words,
} from "../translation.ts";

const EVENT = /^(?:.+\/)?application\/([^/]+)\/device\/([^/]+)\/event\/([a-z]+)$/;

/**
 * ChirpStack v4 (and v3, and Milesight gateways that speak like it): `application/{id}/device/{devEui}/event/{up|status|join|…}`.
 * JSON of protobuf: a number that is missing is 0, a flag that is missing is false. chirpstack.io/docs, integrations, events
 */
export const chirpstack = defineTranslator({
  name: "chirpstack",
  title: "ChirpStack",
  filters: ["application/+/device/+/event/+"],
  listens: ["application/+/device/+/command/+"],
  every_s: 3_600,
  recognises: (message) => EVENT.test(message.topic) || isUplink(message),
  start() {
    return translate;
  },
});

/** A gateway with a network server of its own publishes the same body on a topic of the customer's. */
function isUplink({ payload }: VendorMessage): boolean {
  const read = payload[0] === 0x7b ? objectOf(payload) : undefined;
  return read?.ok === true && typeof read.json["devEUI"] === "string" && "rxInfo" in read.json;
}

function translate({ topic, payload }: VendorMessage): Translated {
  const [, , eui = "", event = "up"] = EVENT.exec(topic) ?? [];
  if (payload.length === 0) return nothing();
  const read = objectOf(payload);
  if (!read.ok) return read;
  const body = read.json;
  const info = isObject(body["deviceInfo"]) ? body["deviceInfo"] : {};
  const device = devEui(eui) ?? devEui(info["devEui"]) ?? devEui(body["devEUI"]) ?? eui;
  if (device === "") return refused("BAD_SHAPE", "deviceInfo.devEui", "is missing, and the topic does not say it");
  if (event === "up") return uplink(device, body, info);
  if (event === "status") return status(device, body);
  return event === "join" ? words({ device, state: "online" }) : nothing();
}

function uplink(device: string, body: Json, info: Json): Translated {
  const { data, object, time, fPort: port, rxInfo } = body;
  const hints = [info["deviceProfileName"], info["deviceName"], body["deviceName"], body["deviceProfileName"]].filter(
    (hint): hint is string => typeof hint === "string",
  );
  const received: unknown = Array.isArray(rxInfo) ? rxInfo[0] : undefined;
  const heard = isObject(received) ? received["time"] : undefined;
  const text = typeof time === "string" ? time : typeof heard === "string" ? heard : undefined;
  return readUplink({
    device,
    at: text === undefined ? undefined : fromText(text),
    rssi: bestRssi(rxInfo),
    port: numberOf(port),
    ...(typeof data === "string" && data !== "" && { bytes: Buffer.from(data, "base64") }),
    object,
    label: nameOf(info["deviceName"] ?? body["deviceName"]),
    hints,
  });
}

function status(device: string, body: Json): Translated {
  const { batteryLevel, batteryLevelUnavailable, externalPowerSource, time } = body;
  const level =
    batteryLevelUnavailable === true || externalPowerSource === true ? undefined : (numberOf(batteryLevel) ?? 0);
  const at = typeof time === "string" ? fromText(time) : undefined;
  return measured({
    device,
    metrics: {
      ...(level !== undefined && { battery_pct: level }),
      ...(externalPowerSource === true && { external_power: true }),
    },
    ...(at !== undefined && { at }),
  });
}

const nameOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value.slice(0, 128) : undefined;

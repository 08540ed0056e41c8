import { bestRssi, devEui, readUplink } from "../lora/uplink.ts";
import { isObject, numberOf, objectOf } from "../payload.ts";
import { fromText } from "../time.ts";
import { defineTranslator, nothing, refused, type Translated, type VendorMessage, words } from "../translation.ts";

const TOPIC = /^v3\/[^/]+\/devices\/([^/]+)\/(up|join|down\/.+|location\/.+|service\/.+)$/;

/**
 * The Things Stack v3: `v3/{application}@{tenant}/devices/{device}/up`, decoded by its payload formatter into
 * `uplink_message.decoded_payload`. thethingsindustries.com/docs/integrations/other-integrations/mqtt
 */
export const thingsStack = defineTranslator({
  name: "things-stack",
  title: "The Things Stack",
  filters: ["v3/+/devices/+/up", "v3/+/devices/+/join"],
  every_s: 3_600,
  recognises: ({ topic }) => TOPIC.test(topic),
  start() {
    return translate;
  },
});

function translate({ topic, payload }: VendorMessage): Translated {
  const [, id = "", event = ""] = TOPIC.exec(topic) ?? [];
  if (payload.length === 0 || (event !== "up" && event !== "join")) return nothing();
  const read = objectOf(payload);
  if (!read.ok) return read;
  const { end_device_ids: ids, uplink_message: up, received_at: received } = read.json;
  const device = (isObject(ids) ? devEui(ids["dev_eui"]) : undefined) ?? id;
  if (event === "join") return words({ device, state: "online" });
  if (!isObject(up)) return refused("BAD_SHAPE", "uplink_message", "is missing");
  const version = isObject(up["version_ids"]) ? up["version_ids"] : {};
  const hints = [version["brand_id"], version["model_id"], id].filter(
    (each): each is string => typeof each === "string",
  );
  const { decoded_payload: object, frm_payload: data, rx_metadata: receptions } = up;
  const time = up["received_at"] ?? received;
  return readUplink({
    device,
    at: typeof time === "string" ? fromText(time) : undefined,
    rssi: bestRssi(receptions),
    port: numberOf(up["f_port"]),
    ...(typeof data === "string" && data !== "" && { bytes: Buffer.from(data, "base64") }),
    object,
    label: id === device ? undefined : id,
    hints,
  });
}

import { messageOf } from "#contract/errors.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { metricsOf, XapiGarbage } from "#edge/drivers/xapi/status.ts";

/** Where a Cisco room device tells its status: WebSocket, HTTP feedback, `getxml` read into JSON, the cloud. */
const TOPIC = /^wss:\/ws|\/getxml\?location=|HttpFeedback|\/xapi\/status/;

export type DecodedXapi =
  | { ok: true; metrics: Record<string, MetricValue> }
  | { ok: false; code: "BAD_JSON" | "BAD_SHAPE" | "DEVICE_FAULT"; where: string; why: string };

/** What a message of a Cisco room device becomes: as the `xapi` driver reads it. `undefined` for what is none. */
export function decodeXapi(topic: string, payload: Uint8Array): DecodedXapi | undefined {
  if (!TOPIC.test(topic)) return undefined;
  let message: unknown;
  try {
    message = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (error) {
    return { ok: false, code: "BAD_JSON", where: "payload", why: messageOf(error) };
  }
  if (!isTree(message)) return { ok: false, code: "BAD_SHAPE", where: "payload", why: "must be a JSON object" };
  const { error } = message;
  if (isTree(error)) {
    const said = error["message"];
    const why = typeof said === "string" ? said.slice(0, 120) : "the device refused";
    return { ok: false, code: "DEVICE_FAULT", where: "error", why };
  }
  const status = statusIn(message);
  try {
    return { ok: true, metrics: status === undefined ? {} : metricsOf(status) };
  } catch (thrown) {
    if (!(thrown instanceof XapiGarbage)) throw thrown;
    return { ok: false, code: "BAD_SHAPE", where: "Status", why: thrown.message };
  }
}

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

/** The status tree, wherever it stands in a message; an answer that carries none says nothing. */
function statusIn(message: Tree): unknown {
  const { params, result } = message;
  if (isTree(params)) return params["Status"];
  if ("Status" in message) return message["Status"];
  if ("jsonrpc" in message) return isTree(result) ? result["Status"] : undefined;
  return message;
}

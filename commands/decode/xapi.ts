import { messageOf, type Parsed } from "#contract/errors.ts";
import { rfc3339 } from "#contract/units.ts";
import { toldBy, troublesOf, XapiGarbage } from "#edge/drivers/xapi/status.ts";
import { isObject, type Json } from "#gateway/translate/payload.ts";
import { fromText } from "#gateway/translate/time.ts";
import { type Answer, answered, type Heard, refuse, type Says } from "./answer.ts";
import { parseXstatus } from "./xstatus.ts";

/** What a message of a Cisco room device becomes: as the `xapi` driver reads it, by whatever way its status came. */
export function decodeXapi({ topic, text }: Heard): Parsed<Answer> {
  if (/^ssh:/i.test(topic)) {
    const tree = parseXstatus(text);
    return tree.ok ? read(tree.value) : tree;
  }
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    return refuse("BAD_JSON", "payload", messageOf(error));
  }
  if (!isObject(message)) return refuse("BAD_SHAPE", "payload", "must be a JSON object");
  const { error } = message;
  if (error !== undefined) {
    if (!isObject(error)) return refuse("BAD_SHAPE", "error", "must be an object");
    const said = error["message"];
    return answered("codec", {}, { error: typeof said === "string" ? said.slice(0, 120) : "the device refused" });
  }
  const status = statusIn(message);
  return status === undefined ? answered("codec", {}) : read(status);
}

function read(status: unknown): Parsed<Answer> {
  try {
    const told = toldBy(status).parsed("Status");
    return told.ok ? answered("codec", told.value, saysOf(status as Json)) : told;
  } catch (thrown) {
    if (!(thrown instanceof XapiGarbage)) throw thrown;
    return refuse("BAD_SHAPE", "Status", thrown.message);
  }
}

/** The status tree, wherever it stands in a message; an answer that carries none says nothing. */
function statusIn(message: Json): unknown {
  const { params, result } = message;
  if (isObject(params)) return params["Status"];
  if ("Status" in message) return message["Status"];
  // The cloud gives the tree as the result, a device as its Status.
  if (isObject(result)) return "Status" in result ? result["Status"] : "jsonrpc" in message ? undefined : result;
  return "jsonrpc" in message ? undefined : message;
}

/** What stands at a path; leaves of HTTP feedback are `{Value}`. */
function at(tree: unknown, ...path: readonly string[]): unknown {
  let here = tree;
  for (const key of path) here = isObject(here) ? here[key] : undefined;
  return isObject(here) && "Value" in here ? here["Value"] : here;
}

/** A list; one member comes as an object. Members that are gone are left out. */
function listAt(tree: unknown, ...path: readonly string[]): Json[] {
  const found = at(tree, ...path);
  const all: unknown[] = Array.isArray(found) ? found : [found];
  return all.filter(isObject).filter((each) => !isYes(each["ghost"]));
}

const isYes = (value: unknown): boolean => value === true || /^true$/i.test(String(value));
const numberOr = (value: unknown): number | undefined =>
  value !== "" &&
  value !== null &&
  (typeof value === "string" || typeof value === "number") &&
  Number.isFinite(Number(value))
    ? Number(value)
    : undefined;
/** The number of a member, or its own name; its place in the list where it has none. */
function nameOf(member: Json, i: number): string {
  const named = [at(member, "id"), at(member, "ID")].find((id) => typeof id === "string" || typeof id === "number");
  return String(named ?? i + 1).slice(0, 64);
}

/** What the tree tells that is no metric: the sound now (not its average), bookings, screens, equipment, its own findings. */
function saysOf(status: Json): Says {
  const soundNow = numberOr(at(status, "RoomAnalytics", "Sound", "Level", "A"));
  const booked = at(status, "Bookings", "Availability", "Status");
  const software = at(status, "SystemUnit", "Software", "DisplayName");
  const attached = listAt(status, "Peripherals", "ConnectedDevice");
  const air = attached
    .map((each) => numberOr(at(each, "RoomAnalytics", "AirQuality", "Index")))
    .find((index) => index !== undefined);
  const airIndex = air ?? numberOr(at(status, "RoomAnalytics", "AirQuality", "Index"));
  const peripherals = peripheralsOf(attached);
  const outputs = listAt(status, "Video", "Output", "Connector").filter((each) => at(each, "Connected") !== undefined);
  const faults = faultsOf(status);
  const troubles = troublesOf(status);
  const time = at(status, "Time", "SystemTime");
  const instant = typeof time === "string" ? fromText(time) : undefined;
  // Inactive SIP beside a registered Webex is right.
  const isWell =
    at(status, "SystemUnit", "State", "System") === "Initialized" || at(status, "Webex", "Status") === "Registered";
  return {
    ...(soundNow !== undefined && { sound_now_dba: soundNow }),
    ...(typeof booked === "string" && { booked: /^(busy|booked)/i.test(booked) }),
    ...(airIndex !== undefined && { air_quality_index: airIndex }),
    ...(Object.keys(peripherals).length > 0 && { peripherals }),
    ...(outputs.length > 0 && {
      outputs: Object.fromEntries(outputs.map((each, i) => [nameOf(each, i), isYes(at(each, "Connected"))])),
    }),
    ...(faults.length > 0 && { faults }),
    ...(troubles.length > 0 && { why: troubles.join("; ") }),
    ...(typeof software === "string" && { software: software.slice(0, 64) }),
    ...(instant !== undefined && { device_time: rfc3339(instant) }),
    ...(isWell && { device_state: "ok" }),
  };
}

/** What belongs to the room; a visitor's own device does not. */
function peripheralsOf(attached: readonly Json[]): Says {
  const found: Says = {};
  for (const [i, each] of attached.entries()) {
    const [type, state] = [at(each, "Type"), at(each, "Status")];
    if (typeof type !== "string" || typeof state !== "string" || type === "Byod") continue;
    found[nameOf(each, i)] = {
      type: type.slice(0, 64),
      online: state === "Connected",
    };
  }
  return found;
}

const faultsOf = (status: Json): Says[] =>
  listAt(status, "Diagnostics", "Message").flatMap((message) => {
    const [type, level] = [at(message, "Type"), at(message, "Level")];
    return typeof type === "string" && typeof level === "string" && !/^(ok|info)$/i.test(level)
      ? [{ type: type.slice(0, 64), level: level.toLowerCase().slice(0, 16) }]
      : [];
  });

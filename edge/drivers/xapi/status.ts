import type { Parsed } from "#contract/errors.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { type Metrics, Told } from "../told.ts";

/** Reads Cisco's status tree, as JSON-RPC, HTTP feedback and the cloud give it: numbers as text, lists of one as objects. */

export type Tree = Record<string, unknown>;

/** A part of the tree that is not what its place in the documentation says. */
export class XapiGarbage extends Error {}

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

/** What stands at a path; leaves of HTTP feedback are `{Value}`. */
function at(tree: unknown, ...path: readonly string[]): unknown {
  let here = tree;
  for (const key of path) here = isTree(here) ? here[key] : undefined;
  return isTree(here) && "Value" in here ? here["Value"] : here;
}

/** A list of the tree without its ghosts (members that are gone); one member comes as an object. */
function listAt(tree: unknown, ...path: readonly string[]): Tree[] | undefined {
  const found = at(tree, ...path);
  if (found === undefined) return undefined;
  const all: unknown[] = Array.isArray(found) ? found : [found];
  return all.filter(isTree).filter((member) => !isYes(member["ghost"]));
}

const isYes = (value: unknown): boolean => value === true || value === "True" || value === "true";

function numberAt(tree: unknown, ...path: readonly string[]): number | undefined {
  const found = at(tree, ...path);
  if (found === undefined || found === "" || isTree(found)) return undefined;
  const number = typeof found === "number" ? found : typeof found === "string" ? Number(found) : Number.NaN;
  if (!Number.isFinite(number))
    throw new XapiGarbage(`${path.join(" ")} is ${JSON.stringify(found).slice(0, 40)}, no number`);
  return number;
}

function wordAt(tree: unknown, ...path: readonly string[]): string | undefined {
  const found = at(tree, ...path);
  if (found === undefined || isTree(found)) return undefined;
  if (typeof found !== "string")
    throw new XapiGarbage(`${path.join(" ")} is ${JSON.stringify(found).slice(0, 40)}, no word`);
  return found;
}

/** `Off` is awake; every other state sleeps or is about to. */
const POWER: Readonly<Record<string, string>> = {
  Off: "on",
  Halfwake: "standby",
  Standby: "standby",
  EnteringStandby: "standby",
};
const PRESENCE: Readonly<Record<string, boolean>> = { Yes: true, No: false };
const LEVELS = ["ok", "warning", "error"] as const;

/** What a status tree says in Greenroom's metrics; what it does not say is left out. Throws `XapiGarbage`. */
export function metricsOf(status: unknown): Record<string, MetricValue> {
  if (!isTree(status)) throw new XapiGarbage("Status is no object");
  const metrics: Record<string, MetricValue> = {};
  const put = (name: string, value: MetricValue | undefined): void => {
    if (value !== undefined) metrics[name] = value;
  };
  const room = status["RoomAnalytics"];
  const people = numberAt(room, "PeopleCount", "Current");
  // -1: asleep or without a camera, which is not nobody.
  if (people !== undefined && people >= 0) put("people_count", people);
  const presence = wordAt(room, "PeoplePresence");
  if (presence !== undefined) put("occupied", PRESENCE[presence]);
  put("noise_dba", numberAt(room, "AmbientNoise", "Level", "A"));
  put("temperature_c", numberAt(room, "AmbientTemperature"));
  put("humidity_pct", numberAt(room, "RelativeHumidity"));
  put("uptime_s", numberAt(status, "SystemUnit", "Uptime"));
  const standby = wordAt(status, "Standby", "State");
  if (standby !== undefined) put("power_state", POWER[standby]);
  put("in_call", inCall(status));
  put("registered", registered(status));
  const mute = wordAt(status, "Audio", "Microphones", "Mute");
  if (mute === "On" || mute === "Off") put("microphone_muted", mute === "On");
  put("microphones_connected", microphones(status));
  put("cameras_connected", cameras(status));
  put("other_health", health(status));
  return metrics;
}

/** The same, without what no metric can be: a sensor that lies is named, and is no reading. Throws `XapiGarbage`. */
export function toldBy(status: unknown): Told {
  const told = new Told();
  told.putAll(metricsOf(status));
  return told;
}

/** A whole status tree as text, in metrics, or why it says nothing. For golden cases and mutated answers. */
export function parseXapi(text: string): Parsed<Metrics> {
  try {
    return toldBy(JSON.parse(text)).parsed("Status");
  } catch (error) {
    if (!(error instanceof XapiGarbage || error instanceof SyntaxError)) throw error;
    return { ok: false, code: "DEVICE_GARBAGE", where: "Status", why: error.message.slice(0, 120) };
  }
}

function inCall(status: Tree): boolean | undefined {
  const calls = numberAt(status, "SystemUnit", "State", "NumberOfActiveCalls");
  if (calls !== undefined) return calls > 0;
  const listed = listAt(status, "Call") ?? listAt(status, "Conference", "Call");
  return listed === undefined ? undefined : listed.length > 0;
}

/** By either service: on a device of the cloud, SIP is rightly inactive. */
function registered(status: Tree): boolean | undefined {
  const webex = wordAt(status, "Webex", "Status");
  const sip = listAt(status, "SIP", "Registration");
  if (webex === undefined && sip === undefined) return undefined;
  return webex === "Registered" || sip?.some((each) => at(each, "Status") === "Registered") === true;
}

function microphones(status: Tree): number | undefined {
  const all = listAt(status, "Audio", "Input", "Connectors", "Microphone");
  return all?.filter((each) => at(each, "ConnectionStatus") === "Connected").length;
}

/** Built-in and attached cameras that answer. */
function cameras(status: Tree): number | undefined {
  const own = listAt(status, "Cameras", "Camera");
  return own?.filter((each) => isYes(at(each, "Connected"))).length;
}

/** The worst of its own diagnostics and of the room's equipment; a visitor's laptop (Byod) is none. */
function health(status: Tree): string | undefined {
  const messages = listAt(status, "Diagnostics", "Message");
  const attached = listAt(status, "Peripherals", "ConnectedDevice")?.filter((each) => at(each, "Type") !== "Byod");
  if (messages === undefined && attached === undefined) return undefined;
  let worst = 0;
  for (const message of messages ?? []) {
    const level = at(message, "Level");
    if (level === "Error" || level === "Critical") worst = 2;
    else if (level === "Warning") worst = Math.max(worst, 1);
  }
  for (const each of attached ?? []) {
    const state = at(each, "Status");
    if (typeof state === "string" && state !== "Connected") worst = Math.max(worst, 1);
  }
  return LEVELS[worst];
}

/** The sentences behind `other_health`, for a person: bounded, without control characters. */
export function troublesOf(status: unknown): string[] {
  const messages = listAt(status, "Diagnostics", "Message") ?? [];
  return messages
    .filter((message) => at(message, "Level") !== "Info" && at(message, "Level") !== "OK")
    .map((message) => at(message, "Description") ?? at(message, "Type"))
    .filter((text) => typeof text === "string")
    .map((text) => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, "").slice(0, 120))
    .filter((text) => text !== "")
    .slice(0, 5);
}

/** Model and software, where it says them. */
export function identityOf(status: unknown): { model?: string; firmware?: string } {
  const text = (value: unknown): string | undefined =>
    typeof value === "string" && value !== "" ? value.replaceAll(/[\p{Cc}\p{Cf}]/gu, "").slice(0, 64) : undefined;
  const model = text(at(status, "SystemUnit", "ProductId"));
  const firmware = text(at(status, "SystemUnit", "Software", "DisplayName"));
  return { ...(model !== undefined && { model }), ...(firmware !== undefined && { firmware }) };
}

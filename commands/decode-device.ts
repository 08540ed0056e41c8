import type { Parsed } from "#contract/errors.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { parseChallenge, parseGreeting } from "#edge/drivers/pjlink/lines.ts";
import { parsePjlink } from "#edge/drivers/pjlink/readings.ts";
import { parseMessage } from "#edge/drivers/qsys/messages.ts";
import { QsysOptions } from "#edge/drivers/qsys/options.ts";
import { readCore } from "#edge/drivers/qsys/read-core.ts";
import { parseSnmp } from "#edge/drivers/snmp/readings.ts";

type Metrics = Record<string, MetricValue>;

export interface DecodedDevice {
  driver: string;
  parsed: Parsed<Metrics>;
}

const utf8 = new TextDecoder("utf-8", { fatal: false });

/**
 * What one answer of a device becomes, as its driver reads it, where the place it was heard at tells the driver:
 * `tcp:4352` and `udp:4352` (PJLink), `snmp OID` with `{oid, type, value}`, `tcp:1710` (Q-SYS). What needs a map of the
 * configuration (Modbus registers, BACnet points) says nothing by itself. `undefined` for anything else.
 */
export function decodeDevice(topic: string, payload: Uint8Array): DecodedDevice | undefined {
  const text = utf8.decode(payload);
  if (/^(tcp|udp):4352\b/.test(topic)) return { driver: "pjlink", parsed: pjlink(text) };
  if (/^tcp:1710\b/.test(topic)) return { driver: "qsys", parsed: qsys(text) };
  if (/^snmp \d/.test(topic)) return { driver: "snmp", parsed: snmp(text) };
  return undefined;
}

const said = (value: Metrics): Parsed<Metrics> => ({ ok: true, value });

function pjlink(line: string): Parsed<Metrics> {
  const text = line.replace(/\r$/, "");
  // A greeting, a challenge and the OK to an order say nothing of the device's state.
  const greeting = parseGreeting(text);
  if (greeting?.kind === "refused")
    return { ok: false, code: "DEVICE_PASSWORD", where: "line", why: "refused the password" };
  const isWord = greeting !== undefined || parseChallenge(text) !== undefined || /^%[12]\w{4}=OK$/i.test(text);
  return isWord ? said({}) : parsePjlink(line);
}

function qsys(text: string): Parsed<Metrics> {
  const json = text.replace(/\0$/, "");
  const parsed = parseMessage(json);
  if (!parsed.ok) return parsed;
  const message = parsed.value;
  if (message.kind === "error") return { ok: false, code: "DEVICE_FAULT", where: "error", why: message.text };
  // What a Core says unasked, its state on connecting, has the shape of an answer.
  const status = message.kind === "result" ? message.result : (JSON.parse(json) as { params?: unknown }).params;
  return said(readCore({ status, components: {} }, QsysOptions.parse({ host: "decoded" })).told.metrics);
}

/** Which profile an OID belongs to is known by what reads it. */
function snmp(text: string): Parsed<Metrics> {
  const metrics: Metrics = {};
  for (const profile of [undefined, "ups", "pdu", "printer"]) {
    const parsed = parseSnmp(`[${text}]`, profile === undefined ? {} : { profile });
    if (parsed.ok) Object.assign(metrics, parsed.value);
    else if (profile === undefined) return parsed;
  }
  return said(metrics);
}

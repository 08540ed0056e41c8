import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Driver } from "#edge/drivers/driver.ts";
import type { Parsed } from "#contract/errors.ts";
import { instant, later, millis, parseInstant, type Instant } from "#contract/units.ts";
import { parseBacnet } from "#edge/drivers/bacnet/readings.ts";
import { DeviceFailure } from "#edge/drivers/device-failure.ts";
import { parseEscVp21 } from "#edge/drivers/esc-vp21/readings.ts";
import * as extron from "#edge/drivers/extron/lines.ts";
import { HttpJsonOptions } from "#edge/drivers/http-json/options.ts";
import { DocumentReader } from "#edge/drivers/http-json/read-document.ts";
import { parseLw3 } from "#edge/drivers/lw3/readings.ts";
import { parseModbus } from "#edge/drivers/modbus/readings.ts";
import { judgeClock } from "#edge/drivers/ntp/judge-clock.ts";
import { parseAnswer } from "#edge/drivers/ntp/packet.ts";
import { parsePjlink } from "#edge/drivers/pjlink/readings.ts";
import { parseMessage } from "#edge/drivers/qsys/messages.ts";
import { QsysOptions } from "#edge/drivers/qsys/options.ts";
import { type CoreAnswers, readCore } from "#edge/drivers/qsys/read-core.ts";
import { observed } from "#edge/drivers/reach/driver.ts";
import { parsePing } from "#edge/drivers/reach/icmp.ts";
import { ReachOptions } from "#edge/drivers/reach/options.ts";
import { parseSnmp } from "#edge/drivers/snmp/readings.ts";
import { judgeCertificate, parseCertificate } from "#edge/drivers/tls/judge-certificate.ts";
import { TlsOptions } from "#edge/drivers/tls/options.ts";
import { Told } from "#edge/drivers/told.ts";
import { parseXapi } from "#edge/drivers/xapi/status.ts";

type Metrics = Readonly<Record<string, unknown>>;

/** An answer that a device gives, and how its driver reads it: metrics, or `undefined` where it is refused. */
export interface Sample {
  bytes: Uint8Array;
  read(bytes: Uint8Array): Metrics | undefined | Promise<Metrics | undefined>;
}

const drivers = new URL("../../edge/drivers/", import.meta.url);

/** The golden cases of a driver, as they lie in its folder. */
function golden<T>(driver: Driver["id"]): T[] {
  const folder = new URL(`${driver}/golden/`, drivers);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as T);
}

const taken = (parsed: Parsed<Metrics>): Metrics | undefined => (parsed.ok ? parsed.value : undefined);
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
const ofHex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ""), "hex");

function pjlinkSamples(): Sample[] {
  return golden<{ answers: Record<string, string>; options: object }>("pjlink").flatMap(({ answers, options }) =>
    Object.values(answers).map((line) => ({
      bytes: Buffer.from(line),
      read: (bytes) => taken(parsePjlink(textOf(bytes).replace(/\r$/, ""), options)),
    })),
  );
}

const STATUS = {
  SystemUnit: { ProductId: "Cisco Room Bar", State: { NumberOfActiveCalls: 0 }, Uptime: 86_400 },
  Standby: { State: "Off" },
  Webex: { Status: "Registered" },
  RoomAnalytics: {
    PeopleCount: { Current: 3, Capacity: 8 },
    PeoplePresence: "Yes",
    AmbientNoise: { Level: { A: "34" } },
    AmbientTemperature: "21.5",
    RelativeHumidity: "43",
  },
  Audio: {
    Microphones: { Mute: "Off" },
    Input: { Connectors: { Microphone: [{ id: 1, ConnectionStatus: "Connected" }] } },
  },
  Cameras: { Camera: [{ id: 1, Connected: "True" }] },
  Diagnostics: { Message: [{ id: 1, Level: "Error", Type: "NTPStatus", Description: "No NTP server" }] },
  Peripherals: { ConnectedDevice: [{ id: 1001, Type: "TouchPanel", Status: "Connected" }] },
};

function xapiSamples(): Sample[] {
  const parts = Object.entries(STATUS).map(([key, value]) => ({ [key]: value }));
  return [STATUS, ...parts].map((status) => ({
    bytes: Buffer.from(JSON.stringify(status)),
    read: (bytes) => taken(parseXapi(textOf(bytes))),
  }));
}

const snmpSamples = (): Sample[] =>
  golden<{ answers: unknown; options: object }>("snmp").map(({ answers, options }) => ({
    bytes: Buffer.from(JSON.stringify(answers)),
    read: (bytes) => taken(parseSnmp(textOf(bytes), options)),
  }));

const modbusSamples = (): Sample[] =>
  golden<{ answer: string; registers: unknown }>("modbus").map(({ answer, registers }) => ({
    bytes: ofHex(answer),
    read: (bytes) => taken(parseModbus(bytes, registers)),
  }));

const bacnetSamples = (): Sample[] =>
  golden<{ answer: string; points: unknown }>("bacnet").map(({ answer, points }) => ({
    bytes: ofHex(answer),
    read: (bytes) => taken(parseBacnet(bytes, points)),
  }));

function qsysSamples(): Sample[] {
  return golden<{ answers: CoreAnswers; options: object }>("qsys").flatMap(({ answers, options: written }) => {
    const options = QsysOptions.parse({ host: "h", ...written });
    const whole: Sample = {
      bytes: Buffer.from(JSON.stringify(answers)),
      read: (bytes) => {
        const { status, controls, components } = parsedObject(bytes) as Partial<CoreAnswers>;
        const isMap = typeof components === "object" && components !== null;
        return readCore({ status, controls, components: isMap ? components : {} }, options).told.metrics;
      },
    };
    const message: Sample = {
      bytes: Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, result: answers.status })),
      read: (bytes) => {
        const parsed = parseMessage(textOf(bytes));
        if (!parsed.ok || parsed.value.kind !== "result") return undefined;
        return readCore({ status: parsed.value.result, components: {} }, options).told.metrics;
      },
    };
    return [whole, message];
  });
}

function parsedObject(bytes: Uint8Array): object {
  try {
    const value: unknown = JSON.parse(textOf(bytes));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Each line by each reader, as a device may say any of them at any time. */
function extronSamples(): Sample[] {
  const read = (bytes: Uint8Array): Metrics => {
    const line = textOf(bytes).slice(0, 512);
    const told = new Told();
    extron.parseBanner(line);
    extron.parseFirmware(line);
    extron.parsePartNumber(line);
    told.put("power_state", extron.parsePower(line));
    told.put("chip_temperature_c", extron.parseTemperature(line));
    told.put("picture_muted", extron.parseInformation(line)?.isMuted);
    told.put("signal_present", extron.parseSignals(line)?.[extron.parseTie(line) ?? 0]);
    return told.metrics;
  };
  return golden<{ lines: object }>("extron").flatMap(({ lines }) =>
    Object.keys(lines).map((line) => ({ bytes: Buffer.from(line), read })),
  );
}

const escVp21Samples = (): Sample[] =>
  golden<{ answers: object; options?: object }>("esc-vp21").flatMap(({ answers, options = {} }) =>
    Object.keys(answers).map((answer) => ({
      bytes: Buffer.from(answer),
      read: (bytes) => taken(parseEscVp21(textOf(bytes), options)),
    })),
  );

const lw3Samples = (): Sample[] =>
  golden<{ lines: object; options: object }>("lw3").flatMap(({ lines, options }) =>
    Object.keys(lines).map((line) => ({
      bytes: Buffer.from(line),
      read: (bytes) => taken(parseLw3(textOf(bytes), options)),
    })),
  );

function httpJsonSamples(): Sample[] {
  return golden<{ answer: unknown; options: object; now?: string }>("http-json").map(({ answer, options, now }) => {
    const reader = new DocumentReader(HttpJsonOptions.parse({ url: "http://h/", ...options }));
    const at = parseInstant(now ?? "2026-03-01T12:00:00Z") as Instant;
    return {
      bytes: Buffer.from(typeof answer === "string" ? answer : JSON.stringify(answer)),
      read: async (bytes) => {
        try {
          return (await reader.read(bytes, at)).metrics;
        } catch (error) {
          if (error instanceof DeviceFailure) return undefined;
          throw error;
        }
      },
    };
  });
}

function ntpSamples(): Sample[] {
  return golden<{ answer: string; nonce: string; sent_at: string; took_ms: number }>("ntp").map((each) => {
    const sentAt = parseInstant(each.sent_at) as Instant;
    const exchange = { nonce: ofHex(each.nonce), sentAt, heardAt: later(sentAt, millis(each.took_ms)) };
    return {
      bytes: ofHex(each.answer),
      read: (bytes) => {
        const parsed = parseAnswer(bytes, exchange);
        return parsed.ok ? judgeClock([parsed.value], millis(1_000)).told.metrics : undefined;
      },
    };
  });
}

function tlsSamples(): Sample[] {
  const options = TlsOptions.parse({ host: "h" });
  const read = (bytes: Uint8Array): Metrics | undefined => {
    const parsed = parseCertificate(bytes);
    if (!parsed.ok) return undefined;
    return judgeCertificate(parsed.value, undefined, options, instant(1_772_366_400_000)).told.metrics;
  };
  return [{ bytes: readFileSync(new URL("tls/golden/device.der", drivers)), read }];
}

const PINGS = [
  "3 packets transmitted, 3 received, 0% packet loss, time 2003ms\nrtt min/avg/max/mdev = 0.030/0.041/0.052/0.009 ms\n",
  "3 packets transmitted, 1 packets received, 66% packet loss\nround-trip min/avg/max = 1.2/3.4/5.6 ms\n",
];

function reachSamples(): Sample[] {
  const options = ReachOptions.parse({ probe: "icmp", host: "h" });
  return PINGS.map((said) => ({
    bytes: Buffer.from(said),
    read: (bytes) => {
      const attempts = parsePing(textOf(bytes), 3);
      return attempts === undefined ? undefined : observed({ kind: "asked", attempts }, options).metrics;
    },
  }));
}

/** What each driver reads, by its name: every one in the registry must stand here. */
export const driverSamples: Readonly<Record<string, () => Sample[]>> = {
  bacnet: bacnetSamples,
  "esc-vp21": escVp21Samples,
  extron: extronSamples,
  "http-json": httpJsonSamples,
  lw3: lw3Samples,
  modbus: modbusSamples,
  ntp: ntpSamples,
  pjlink: pjlinkSamples,
  qsys: qsysSamples,
  reach: reachSamples,
  snmp: snmpSamples,
  tls: tlsSamples,
  xapi: xapiSamples,
};

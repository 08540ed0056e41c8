/**
 * The one error family. Callers branch on `code`, never on the message. `docs/reference/errors.md` is generated from this
 * table; a code that is not here does not compile.
 */
interface ErrorKind {
  /** Whether the same call may go through later without anybody mending anything. */
  retryable: boolean;
  meaning: string;
  cure: string;
}

const kinds = {
  // Messages on the wire
  BAD_JSON: { retryable: false, meaning: "A payload is not JSON in UTF-8.", cure: "Send one JSON object per message." },
  BAD_SHAPE: {
    retryable: false,
    meaning: "A payload lacks a key, or a value is of the wrong type.",
    cure: "Compare it with docs/reference/wire.md; the error names the key.",
  },
  BAD_UNIT: {
    retryable: false,
    meaning: "A metric name is a known quantity in another unit.",
    cure: "Use the metric's own unit, which ends its name.",
  },
  BAD_TIME: {
    retryable: false,
    meaning:
      "`at` is not an RFC 3339 instant with a zone, or it is further in the future or in the past than a reading can be.",
    cure: "Send UTC with milliseconds, and set the sender's clock (NTP).",
  },
  UNKNOWN_METRIC: {
    retryable: false,
    meaning: "No metric of a reading is known.",
    cure: "Use the metrics of docs/reference/wire.md.",
  },
  WRONG_TOPIC: {
    retryable: false,
    meaning: "A topic is not part of the wire, or this sender may not publish on it.",
    cure: "Publish under greenroom/v1/{site}/{room}/{device}/reading with a key that is allowed for that room.",
  },
  TOO_LARGE: {
    retryable: false,
    meaning: "A packet is larger than the broker takes.",
    cure: "Send readings one by one; the limit is 64 KiB.",
  },
  TOO_FAST: {
    retryable: true,
    meaning: "A sender exceeds its rate.",
    cure: "Send at the expected interval; the outbox drains by itself.",
  },
  NOT_ALLOWED: {
    retryable: false,
    meaning: "The key or the role does not allow this.",
    cure: "Ask an administrator for the key or the role.",
  },
  KEY_REVOKED: {
    retryable: false,
    meaning: "This key or certificate was right once; somebody has revoked it, or it has expired.",
    cure: "Make a new code with `greenroom agent enrol`, and enrol the agent again.",
  },
  // Links and stores
  LINK_DOWN: {
    retryable: true,
    meaning: "The broker cannot be reached.",
    cure: "Check that it runs and that host, port and TLS settings are right; it is tried again by itself.",
  },
  LINK_REFUSED: {
    retryable: false,
    meaning: "The broker refused the sign-in.",
    cure: "Check the key; make a new one with `greenroom agent add`.",
  },
  STORE_FULL: {
    retryable: true,
    meaning: "The disk or the bounded spool is full; nothing acknowledged is lost.",
    cure: "Free disk space; taking of readings resumes by itself.",
  },
  STORE_DOWN: {
    retryable: true,
    meaning: "The history store cannot be reached; readings wait in the spool.",
    cure: "Start it; the spool drains by itself.",
  },
  STORE_REFUSED: {
    retryable: false,
    meaning: "The history store refused a write.",
    cure: "Read the reason beside it: credentials, database name or a type conflict.",
  },
  STORE_CORRUPT: {
    retryable: false,
    meaning: "A file of the data folder is damaged beyond its own repair.",
    cure: "Run `greenroom doctor`, then restore the file from a backup.",
  },
  // Devices
  DEVICE_REFUSED: {
    retryable: true,
    meaning: "A device refused the connection: off, in eco standby, or serving another client.",
    cure: "Normal for a sleeping display. Otherwise check power, address and port, and that its network control is switched on.",
  },
  DEVICE_SILENT: {
    retryable: true,
    meaning: "A device cannot be reached, or took the connection and did not answer in time.",
    cure: "Check that it has power and a network (cable, address, VLAN, firewall between it and the agent). Restart it if it stays so.",
  },
  DEVICE_PASSWORD: {
    retryable: false,
    meaning: "A device refused the password.",
    cure: "Correct the password in the agent's configuration; it is not tried again before.",
  },
  DEVICE_FAULT: {
    retryable: false,
    meaning: "A device answers, and reports a fault of its own.",
    cure: "The text is the device's own; its maker's manual says what to do.",
  },
  DEVICE_GARBAGE: {
    retryable: true,
    meaning: "A device answered something that is not its protocol.",
    cure: "Check address and port: something else may answer there. If they are right, update the device's firmware, or correct what is read from it.",
  },
  CLOCK_WRONG: {
    retryable: true,
    meaning: "The clock of the agent's machine is further from true time than its limit.",
    cure: "Switch on time synchronisation on that machine (`timedatectl set-ntp true`), and let UDP port 123 through.",
  },
  CERTIFICATE_BAD: {
    retryable: false,
    meaning: "A TLS certificate has expired, expires soon, or is not trusted.",
    cure: "Renew it on the device; or name its authority (`ca_file`), or allow a self-signed one where that is meant.",
  },
  // Input of people
  CONFIG_INVALID: {
    retryable: false,
    meaning: "The configuration has faults; every one is listed.",
    cure: "Correct the lines named.",
  },
  CALENDAR_INVALID: {
    retryable: false,
    meaning: "A calendar cannot be read; line and reason are named.",
    cure: "Export it again, or correct the line.",
  },
  INPUT_INVALID: {
    retryable: false,
    meaning: "A request or a file has faults; the field or line is named.",
    cure: "Correct what is named.",
  },
  NOT_FOUND: { retryable: false, meaning: "There is no such thing.", cure: "Check the name." },
  CONFLICT: {
    retryable: false,
    meaning: "It was changed by someone else meanwhile, or it exists already.",
    cure: "Load it again, then repeat the change.",
  },
  ROOM_TAKEN: {
    retryable: false,
    meaning: "The room is taken at that time, by another visit or by maintenance.",
    cure: "Choose another room or another time.",
  },
  SIGNED_OUT: { retryable: false, meaning: "Nobody is signed in, or the sign-in has expired.", cure: "Sign in." },
  PORT_IN_USE: {
    retryable: false,
    meaning: "Another program listens on that port.",
    cure: "Stop it, or set PORT or MQTT_PORT to a free port.",
  },
  DATA_DIR_IN_USE: {
    retryable: false,
    meaning: "Another Greenroom uses this data folder.",
    cure: "Stop it, or set DATA_DIR.",
  },
  NOTIFY_FAILED: {
    retryable: true,
    meaning: "A message could not be handed to its channel.",
    cure: "Check the channel's settings with `greenroom doctor`; it is tried again, then escalated.",
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof kinds;
export const errorKinds: Readonly<Record<ErrorCode, ErrorKind>> = kinds;

export class GreenroomError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, text: string, cause?: unknown) {
    super(text, cause === undefined ? undefined : { cause });
    this.name = "GreenroomError";
    this.code = code;
  }

  get retryable(): boolean {
    return kinds[this.code].retryable;
  }
}

/** The text of whatever was thrown, for a log line or a person. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** What parsing gives: a value, or a code with where and why. Parsing never throws. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; code: ErrorCode; where: string; why: string };

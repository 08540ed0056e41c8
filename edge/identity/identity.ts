import { X509Certificate, createPrivateKey, randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { EnrolledView } from "#contract/api/enrolment.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { type Instant, instant } from "#contract/units.ts";
import { Secret } from "../secret.ts";

/** Who an agent is to the server and the broker, as it got it when it enrolled. */
export interface Identity {
  agent: string;
  site: string;
  rooms: readonly string[];
  /** Where it enrolled, and renews. */
  server: string;
  /** Who signed the server's certificate, where the system does not know it. PEM. */
  serverCa: string | undefined;
  serial: string;
  certificate: string;
  privateKey: Secret;
  issued: Instant;
  expires: Instant;
  broker: { url: string; ca?: string | undefined };
  /** Only where the broker is reached without TLS. */
  key: Secret | undefined;
}

/** One file, so that key and certificate are always those that belong together. */
const IDENTITY_FILE = "identity.json";

const Kept = EnrolledView.extend({
  server: z.string(),
  server_ca: z.string().optional(),
  private_key: z.string(),
});
type Kept = z.infer<typeof Kept>;

/** What an agent got when it enrolled into this data folder; `undefined` where it has not. CONFIG_INVALID when it is damaged or open to others. */
export function readIdentity(dataDir: string): Identity | undefined {
  const file = join(dataDir, IDENTITY_FILE);
  const invalid = (why: string): GreenroomError =>
    new GreenroomError("CONFIG_INVALID", `${file} ${why}; enrol this agent again`);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
    if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0)
      throw new GreenroomError("CONFIG_INVALID", `${file} can be read by others: chmod 600 it`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if (error instanceof GreenroomError) throw error;
    throw new GreenroomError("CONFIG_INVALID", `${file} cannot be read: ${messageOf(error)}`, error);
  }
  const parsed = Kept.safeParse(asJson(text));
  if (!parsed.success) throw invalid("is damaged");
  if (!fits(parsed.data)) throw invalid("has a certificate that is not of its key");
  return identityOf(parsed.data);
}

/** Puts what an agent got into its data folder, whole or not at all, for its owner alone. */
export function writeIdentity(dataDir: string, kept: Kept): Identity {
  if (!fits(kept))
    throw new GreenroomError("INPUT_INVALID", "the server's answer has a certificate that is not of this agent's key");
  const file = join(dataDir, IDENTITY_FILE);
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const descriptor = openSync(temporary, "wx", 0o600);
    try {
      writeSync(descriptor, `${JSON.stringify(kept, undefined, 1)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new GreenroomError("STORE_FULL", `${file} cannot be written: ${messageOf(error)}`, error);
  }
  return identityOf(kept);
}

const identityOf = (kept: Kept): Identity => ({
  agent: kept.agent,
  site: kept.site,
  rooms: kept.rooms,
  server: kept.server,
  serverCa: kept.server_ca,
  serial: kept.serial,
  certificate: kept.certificate,
  privateKey: new Secret(kept.private_key),
  issued: instant(Date.parse(kept.issued_at)),
  expires: instant(Date.parse(kept.expires_at)),
  broker: kept.broker,
  key: kept.key === undefined ? undefined : new Secret(kept.key),
});

function fits({ certificate, private_key }: Kept): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(private_key));
  } catch {
    return false;
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";
import type { Instant } from "#contract/units.ts";

/** A certificate with its private key, both PEM, as a simulated device carries it. */
export interface SimulatedCertificate {
  certificate: string;
  key: string;
}

/** An authority of a simulated site. */
export interface CertificateAuthority extends SimulatedCertificate {
  sign(names: readonly string[], from: Instant, to: Instant): SimulatedCertificate;
}

const AUTHORITY = "Simulated authority";

export function makeAuthority(from: Instant, to: Instant): CertificateAuthority {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const isAuthority = sequence(
    oid("551d13"),
    der(0x01, Buffer.from([0xff])),
    der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
  );
  const issuer = { name: AUTHORITY, key: keys.privateKey };
  return {
    ...certified({ subject: AUTHORITY, publicKey: keys.publicKey, from, to, extensions: [isAuthority] }, issuer),
    key: pemOf(keys.privateKey),
    sign: (names, from, to) => {
      const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const asked = { subject: names[0] ?? "device", publicKey: own.publicKey, from, to, extensions: [namesOf(names)] };
      return { ...certified(asked, issuer), key: pemOf(own.privateKey) };
    },
  };
}

/** As devices carry it from the factory: signed by itself. */
export function makeSelfSigned(names: readonly string[], from: Instant, to: Instant): SimulatedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = names[0] ?? "device";
  const asked = { subject, publicKey, from, to, extensions: [namesOf(names)] };
  return { ...certified(asked, { name: subject, key: privateKey }), key: pemOf(privateKey) };
}

interface Asked {
  subject: string;
  publicKey: KeyObject;
  from: Instant;
  to: Instant;
  extensions: readonly Buffer[];
}

/** X.509 version 3 with ECDSA and SHA-256 (RFC 5280 §4.1). */
function certified(
  { subject, publicKey, from, to, extensions }: Asked,
  issuer: { name: string; key: KeyObject },
): { certificate: string } {
  const algorithm = sequence(oid("2a8648ce3d040302"));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(8)])),
    algorithm,
    commonName(issuer.name),
    sequence(time(from), time(to)),
    commonName(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign("sha256", body, issuer.key);
  const whole = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const text = whole.toString("base64").replaceAll(/.{64}/g, "$&\n");
  return { certificate: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n` };
}

const pemOf = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" });

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x1_00 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(parts));
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const commonName = (name: string): Buffer => sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(name)))));

/** UTCTime until 2049, GeneralizedTime from 2050 on (§4.1.2.5). */
function time(at: Instant): Buffer {
  const text = new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return text < "2050" ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
}

const namesOf = (names: readonly string[]): Buffer =>
  sequence(
    oid("551d11"),
    der(
      0x04,
      sequence(
        ...names.map((name) =>
          isIPv4(name) ? der(0x87, Buffer.from(name.split(".").map(Number))) : der(0x82, Buffer.from(name)),
        ),
      ),
    ),
  );

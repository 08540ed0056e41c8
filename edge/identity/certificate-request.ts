import { createSign, generateKeyPairSync } from "node:crypto";

/** One value of DER: tag, length, content (X.690 §8.1). */
const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const n = content.length;
  const length = n < 0x80 ? [n] : n < 0x1_00 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};
const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));

const VERSION_1 = der(0x02, Buffer.from([0]));
const COMMON_NAME = oid("550403");
const NO_ATTRIBUTES = der(0xa0);
const ECDSA_WITH_SHA256 = sequence(oid("2a8648ce3d040302"));

export interface CertificateRequest {
  /** PKCS#10, PEM. */
  csr: string;
  /** PKCS#8, PEM. */
  privateKey: string;
}

/**
 * Makes a key pair and asks for a certificate for it (PKCS#10, RFC 2986). The form is always the same, so it is written here
 * by hand: the library that reads it at the other end would double what an agent takes of a small machine's memory.
 */
export function makeCertificateRequest(agent: string): CertificateRequest {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(agent)))));
  const body = sequence(VERSION_1, name, publicKey.export({ type: "spki", format: "der" }), NO_ATTRIBUTES);
  const signature = createSign("sha256").update(body).sign(privateKey);
  const request = sequence(body, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
  const lines = request.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    csr: `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join("\n")}\n-----END CERTIFICATE REQUEST-----\n`,
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }),
  };
}

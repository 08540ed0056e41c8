import { createSign, generateKeyPairSync } from "node:crypto";
import { type Identity, writeIdentity } from "../identity/identity.ts";

/** A certificate of one's own name and key, by nobody: enough for a file that says who an agent is. */
function selfSigned(privateKey: string, spki: Buffer): string {
  const der = (tag: number, ...parts: Buffer[]): Buffer => {
    const body = Buffer.concat(parts);
    const n = body.length;
    return Buffer.concat([
      Buffer.from([tag, ...(n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255])]),
      body,
    ]);
  };
  const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
  const algorithm = der(0x30, oid("2a8648ce3d040302"));
  const name = der(0x30, der(0x31, der(0x30, oid("550403"), der(0x0c, Buffer.from("test")))));
  const times = der(0x30, der(0x17, Buffer.from("200101000000Z")), der(0x17, Buffer.from("490101000000Z")));
  const body = der(0x30, der(0x02, Buffer.from([1])), algorithm, name, times, name, spki);
  const signature = createSign("sha256").update(body).sign(privateKey);
  const base64 = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)?.join("\n") ?? ""}\n-----END CERTIFICATE-----\n`;
}

/** Puts an identity into a data folder, as an enrolment would have. */
export function writeTestIdentity(
  dataDir: string,
  { agent = "rack-3", key }: { agent?: string; key?: string } = {},
): Identity {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const private_key = pair.privateKey.export({ type: "pkcs8", format: "pem" });
  return writeIdentity(dataDir, {
    agent,
    site: "hq",
    rooms: ["hq/harbour"],
    serial: "4a",
    certificate: selfSigned(private_key, pair.publicKey.export({ type: "spki", format: "der" })),
    issued_at: "2026-11-01T00:00:00.000Z",
    expires_at: "2026-12-31T00:00:00.000Z",
    broker: { url: "mqtts://broker.example.com:8883" },
    server: "https://greenroom.example.com",
    private_key,
    ...(key !== undefined && { key }),
  });
}

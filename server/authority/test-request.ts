import { loadX509 } from "./x509.ts";

/** For tests: a certificate request made by the library, so that it is not our own writing that ours reads. */
export async function testRequest(
  name: string,
  namedCurve: "P-256" | "P-384" = "P-256",
  /** Asks for this key (SPKI, base 64), which is not its own. */
  borrowed?: string,
): Promise<{ csr: string; publicKey: string; privateKey: CryptoKey }> {
  const { Pkcs10CertificateRequestGenerator } = await loadX509();
  const algorithm = { name: "ECDSA", namedCurve, hash: namedCurve === "P-256" ? "SHA-256" : "SHA-384" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const spki = borrowed === undefined ? undefined : Buffer.from(borrowed, "base64");
  const publicKey =
    spki === undefined ? keys.publicKey : await crypto.subtle.importKey("spki", spki, algorithm, true, ["verify"]);
  const csr = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [name] }],
    keys: { publicKey, privateKey: keys.privateKey },
    signingAlgorithm: algorithm,
  });
  const own = Buffer.from(await crypto.subtle.exportKey("spki", publicKey)).toString("base64");
  return { csr: csr.toString("pem"), publicKey: own, privateKey: keys.privateKey };
}

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError } from "#contract/errors.ts";
import { earlier, hours, instant, type Instant, later, type Millis } from "#contract/units.ts";
import { KEY_ALGORITHM, loadX509 } from "./x509.ts";
import { readOrMake, replaceFile } from "./key-files.ts";

/** A client certificate as it was given to an agent. PEM. */
export interface AgentCertificate {
  certificate: string;
  serial: string;
  /** SubjectPublicKeyInfo, in base 64. */
  publicKey: string;
  issued: Instant;
  expires: Instant;
}

/** PEM. */
interface ServerCertificate {
  cert: string;
  key: string;
  expires: Instant;
}

/** Signs what agents and the broker show each other, and what was taken back. Its key never leaves the data folder. */
export interface Authority {
  /** Its own certificate, which everybody may have. PEM. */
  readonly certificate: string;
  /** Signs an agent's request: the names are ours, only the key is the agent's. INPUT_INVALID for a request that is not right. */
  signAgent(request: { csr: string; agent: string; site: string }): Promise<AgentCertificate>;
  /** The broker's certificate for these names; kept, and made anew when the names change or its end is near. */
  serverCertificate(names: readonly string[]): Promise<ServerCertificate>;
  /** The list by which a broker of yours refuses what was revoked. PEM. */
  revocationList(ended: readonly { serial: string; at: Instant }[]): Promise<string>;
}

const DAY = hours(24);
const AUTHORITY_LIFE = (DAY * 3_650) as Millis;
/** Long enough for an agent that is switched off over a long holiday; it asks for the next one after two thirds of it. */
const AGENT_LIFE = (DAY * 60) as Millis;
const SERVER_LIFE = (DAY * 397) as Millis;
/** A machine without a clock of its own is a while behind when it starts. */
const BACKDATED = DAY;
/** A broker of yours refuses everybody once its list is over; it is made anew whenever somebody is revoked. */
const REVOCATION_LIST_LIFE = (DAY * 365) as Millis;
const LONGEST_REQUEST = 4_096;
const SIGNED_WITH = { name: "ECDSA", hash: "SHA-256" } as const;

type X509 = Awaited<ReturnType<typeof loadX509>>;
type Key = CryptoKey;

/** Opens the small authority of a data folder; the first time, it makes its key. STORE_CORRUPT when the key cannot be read. */
export async function openAuthority(folder: string, clock: Clock): Promise<Authority> {
  const x509 = await loadX509();
  const text = await readOrMake(folder, "ca-key.pem", () => makeAuthority(x509, clock.now()));
  const [keyPem, certificate] = splitPem(text);
  if (keyPem === undefined || certificate === undefined) throw damaged("ca-key.pem");
  const key = await importKey(keyPem).catch(() => Promise.reject(damaged("ca-key.pem")));
  const issuer = new x509.X509Certificate(certificate);
  replaceFile(folder, "ca.pem", certificate, 0o644);
  return new SmallAuthority({ x509, folder, clock, key, issuer, certificate });
}

/** The authority of a data folder, opened when it is first needed; a failure is tried again. */
export function authorityOf(dataDir: string, clock: Clock): () => Promise<Authority> {
  let opened: Promise<Authority> | undefined;
  return () => {
    opened ??= openAuthority(join(dataDir, "authority"), clock).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

class SmallAuthority implements Authority {
  readonly certificate: string;
  readonly #x509: X509;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #key: Key;
  readonly #issuer: InstanceType<X509["X509Certificate"]>;

  constructor(parts: {
    x509: X509;
    folder: string;
    clock: Clock;
    key: Key;
    issuer: InstanceType<X509["X509Certificate"]>;
    certificate: string;
  }) {
    this.certificate = parts.certificate;
    this.#x509 = parts.x509;
    this.#folder = parts.folder;
    this.#clock = parts.clock;
    this.#key = parts.key;
    this.#issuer = parts.issuer;
  }

  async signAgent({ csr, agent, site }: { csr: string; agent: string; site: string }): Promise<AgentCertificate> {
    const publicKey = await this.#keyOfRequest(csr);
    const { serial, issued, expires, certificate } = await this.#sign({
      subject: [{ CN: [agent] }, { OU: [site] }, { O: ["Greenroom"] }],
      publicKey,
      life: AGENT_LIFE,
      usage: this.#x509.ExtendedKeyUsage.clientAuth,
      names: [{ type: "url", value: `greenroom:agent/${site}/${agent}` }],
    });
    return { certificate, serial, publicKey: Buffer.from(publicKey).toString("base64"), issued, expires };
  }

  async serverCertificate(names: readonly string[]): Promise<ServerCertificate> {
    const file = "server-key.pem";
    const text = await readOrMake(this.#folder, file, () => this.#makeServer(names));
    const known = this.#readServer(text, names);
    if (known !== undefined) return known;
    const fresh = await this.#makeServer(names);
    replaceFile(this.#folder, file, fresh, 0o600);
    return this.#readServer(fresh, names) ?? Promise.reject(damaged(file));
  }

  async revocationList(ended: readonly { serial: string; at: Instant }[]): Promise<string> {
    const now = this.#clock.now();
    const list = await this.#x509.X509CrlGenerator.create({
      issuer: this.#issuer.subject,
      thisUpdate: new Date(now),
      nextUpdate: new Date(later(now, REVOCATION_LIST_LIFE)),
      signingAlgorithm: SIGNED_WITH,
      signingKey: this.#key,
      entries: ended.map(({ serial, at }) => ({ serialNumber: serial, revocationDate: new Date(at) })),
    });
    // The library's own label is not what other programs look for (RFC 7468 §6).
    return `${list.toString("pem").replaceAll(/(BEGIN|END) CRL/g, "$1 X509 CRL")}\n`;
  }

  /** The public key of a request that was signed with its private half. */
  async #keyOfRequest(csr: string): Promise<Uint8Array<ArrayBuffer>> {
    const refuse = (why: string): GreenroomError => new GreenroomError("INPUT_INVALID", `csr: ${why}`);
    if (csr.length > LONGEST_REQUEST) throw refuse(`is longer than ${LONGEST_REQUEST} characters`);
    try {
      const request = new this.#x509.Pkcs10CertificateRequest(csr);
      // Only the one kind of key: what else a request can carry is not looked at, and gets into no certificate.
      await crypto.subtle.importKey("spki", request.publicKey.rawData, KEY_ALGORITHM, true, ["verify"]);
      if (await request.verify()) return new Uint8Array(request.publicKey.rawData);
    } catch {
      throw refuse("is not a certificate request (PKCS#10, PEM) for an ECDSA key on P-256");
    }
    throw refuse("is not signed with its own key");
  }

  async #makeServer(names: readonly string[]): Promise<string> {
    const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
    const spki = await crypto.subtle.exportKey("spki", keys.publicKey);
    const { certificate } = await this.#sign({
      subject: [{ CN: [names[0]?.slice(0, 64) ?? "greenroom"] }, { O: ["Greenroom"] }],
      publicKey: new Uint8Array(spki),
      life: SERVER_LIFE,
      usage: this.#x509.ExtendedKeyUsage.serverAuth,
      names: names.map((value) => ({ type: isAddress(value) ? "ip" : "dns", value })),
    });
    return `${await exportKey(keys.privateKey)}${certificate}`;
  }

  /** A kept certificate, if it is by this authority, for these names and good for a while. */
  #readServer(text: string, names: readonly string[]): ServerCertificate | undefined {
    const [key, cert] = splitPem(text);
    if (key === undefined || cert === undefined) return undefined;
    const certificate = new this.#x509.X509Certificate(cert);
    const alternative = certificate.getExtension(this.#x509.SubjectAlternativeNameExtension);
    const kept = alternative?.names.items.map(({ value }) => value) ?? [];
    const expires = instant(certificate.notAfter.getTime());
    const isGood =
      certificate.issuer === this.#issuer.subject &&
      kept.length === names.length &&
      names.every((name) => kept.includes(name)) &&
      expires - this.#clock.now() > SERVER_LIFE / 3;
    return isGood ? { key, cert: `${cert}${this.certificate}`, expires } : undefined;
  }

  async #sign(what: {
    subject: Record<string, string[]>[];
    publicKey: Uint8Array<ArrayBuffer>;
    life: Millis;
    usage: string;
    names: { type: "url" | "ip" | "dns"; value: string }[];
  }): Promise<{ certificate: string; serial: string; issued: Instant; expires: Instant }> {
    const x509 = this.#x509;
    const issued = this.#clock.now();
    const expires = later(issued, what.life);
    const serial = newSerial();
    const made = await x509.X509CertificateGenerator.create({
      serialNumber: serial,
      subject: what.subject,
      issuer: this.#issuer.subject,
      notBefore: new Date(earlier(issued, BACKDATED)),
      notAfter: new Date(expires),
      publicKey: what.publicKey,
      signingKey: this.#key,
      signingAlgorithm: SIGNED_WITH,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([what.usage]),
        new x509.SubjectAlternativeNameExtension(what.names),
        await x509.AuthorityKeyIdentifierExtension.create(this.#issuer),
      ],
    });
    return { certificate: `${made.toString("pem")}\n`, serial, issued, expires };
  }
}

async function makeAuthority(x509: X509, now: Instant): Promise<string> {
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    // Two authorities never have the same name, so that nobody mixes up their certificates.
    name: [{ CN: [`Greenroom ${randomBytes(4).toString("hex")}`] }, { O: ["Greenroom"] }],
    keys,
    notBefore: new Date(earlier(now, BACKDATED)),
    notAfter: new Date(later(now, AUTHORITY_LIFE)),
    signingAlgorithm: SIGNED_WITH,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${await exportKey(keys.privateKey)}${certificate.toString("pem")}\n`;
}

/** 126 random bits, never with a zero in front, so that every tool writes it alike. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

const isAddress = (name: string): boolean => name.includes(":") || /^\d+(\.\d+){3}$/.test(name);

async function exportKey(key: Key): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", key)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${der.match(/.{1,64}/g)?.join("\n") ?? ""}\n-----END PRIVATE KEY-----\n`;
}

const importKey = (pem: string): Promise<Key> =>
  crypto.subtle.importKey(
    "pkcs8",
    Buffer.from(pem.replaceAll(/-----.*?-----|\s/g, ""), "base64"),
    KEY_ALGORITHM,
    false,
    ["sign"],
  );

/** A key and the certificate behind it, as they stand in one file: written together, they never differ. */
function splitPem(text: string): [key: string | undefined, certificate: string | undefined] {
  const part = (label: string): string | undefined =>
    new RegExp(`-----BEGIN ${label}-----[^-]*-----END ${label}-----\n`).exec(text)?.[0];
  return [part("PRIVATE KEY"), part("CERTIFICATE")];
}

const damaged = (file: string): GreenroomError =>
  new GreenroomError("STORE_CORRUPT", `authority/${file} of the data folder cannot be read`);

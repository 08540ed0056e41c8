import { X509Certificate } from "node:crypto";
import type { Parsed } from "#contract/errors.ts";
import type { Instant } from "#contract/units.ts";
import { readableText } from "../device-failure.ts";
import { Told } from "../told.ts";
import type { TlsOptions } from "./options.ts";

/** What a certificate says of itself, as far as it is judged. */
export interface CertificateFacts {
  from: Instant;
  to: Instant;
  /** SHA-256 in lower-case hex. */
  fingerprint: string;
  /** Its common name, for a person. */
  subject: string;
}

/** Reads a certificate as it came over the wire (DER). Never throws. */
export function parseCertificate(der: Uint8Array): Parsed<CertificateFacts> {
  try {
    const certificate = new X509Certificate(der);
    const from = certificate.validFromDate.getTime();
    const to = certificate.validToDate.getTime();
    if (!Number.isFinite(from) || !Number.isFinite(to))
      return { ok: false, code: "DEVICE_GARBAGE", where: "validity", why: "is no time" };
    const name = /(?:^|\n)CN=([^\n]*)/.exec(certificate.subject)?.[1] ?? "";
    const fingerprint = certificate.fingerprint256.replaceAll(":", "").toLowerCase();
    return { ok: true, value: { from: from as Instant, to: to as Instant, fingerprint, subject: readableText(name) } };
  } catch {
    return { ok: false, code: "DEVICE_GARBAGE", where: "certificate", why: "cannot be read" };
  }
}

/** What the chain's check said: nothing where it is trusted, else the library's code. */
export type Distrust = string | undefined;

const SELF_SIGNED: ReadonlySet<string> = new Set(["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN"]);
const words: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its authority is not known here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its authority is not known here, or it does not send the certificate between",
  UNABLE_TO_GET_ISSUER_CERT: "its authority is not known here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its authority is not known here",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is for another name",
  HOSTNAME_MISMATCH: "it is for another name",
  CERT_HAS_EXPIRED: "it, or its authority, has expired",
  CERT_NOT_YET_VALID: "it, or its authority, is not valid yet",
  CERT_REVOKED: "it has been revoked",
};
const A_DAY = 86_400_000;

export interface CertificateVerdict {
  told: Told;
  /** What somebody should know, in sentences. */
  findings: string[];
}

/** Days left, whether it is trusted, and what is wrong with it. Pure. */
export function judgeCertificate(
  { from, to, fingerprint }: CertificateFacts,
  distrust: Distrust,
  options: Pick<TlsOptions, "fingerprint" | "self_signed" | "warn_days">,
  now: Instant,
): CertificateVerdict {
  const told = new Told();
  const findings: string[] = [];
  const days = (to - now) / A_DAY;
  told.put("certificate_left_d", Math.round(days * 100) / 100);
  if (days < 0) findings.push(`has expired ${count(Math.floor(-days))} ago`);
  else if (days < options.warn_days) findings.push(`expires in ${count(Math.floor(days))}`);
  if (from > now)
    findings.push(`is valid only in ${count(Math.ceil((from - now) / A_DAY))}: is the agent's clock right?`);

  const pinned = options.fingerprint?.replaceAll(":", "").toLowerCase();
  if (pinned !== undefined) {
    told.put("certificate_trusted", pinned === fingerprint);
    if (pinned !== fingerprint) findings.push("is another than the one that is pinned");
  } else if (distrust === undefined) told.put("certificate_trusted", true);
  // What is meant to be self-signed is neither trusted nor a fault: nothing is claimed.
  else if (!(options.self_signed && SELF_SIGNED.has(distrust))) {
    told.put("certificate_trusted", false);
    if (!(days < 0 && distrust === "CERT_HAS_EXPIRED"))
      findings.push(`is not trusted: ${words[distrust] ?? readableText(distrust)}`);
  }
  return { told, findings };
}

const count = (days: number): string => (days === 1 ? "1 day" : `${days} days`);

/** What an agent and the server say to each other so that the agent gets a key and a certificate of its own. */
import { z } from "zod";
import { Id, RoomKey } from "../ids.ts";
import { At } from "../messages/common.ts";

/** Who is invited: without rooms, the agent may speak for every room that its site has now. */
export const InviteInput = z
  .object({ agent: Id, site: Id, rooms: z.array(RoomKey).min(1).max(1_000).optional() })
  .meta({ id: "InviteInput" });
export type InviteInput = z.infer<typeof InviteInput>;

/** The code is shown once, is good once, and ends soon. */
export const Invite = z
  .object({ agent: z.string(), code: z.string(), expires_at: At, rooms: z.array(z.string()) })
  .meta({ id: "Invite" });
export type Invite = z.infer<typeof Invite>;

/** A request for a certificate: PKCS#10 in PEM, for an ECDSA key on P-256. */
const Csr = z.string().min(1).max(4_096);

export const EnrolInput = z.object({ code: z.string().min(1).max(64), csr: Csr }).meta({ id: "EnrolInput" });
export type EnrolInput = z.infer<typeof EnrolInput>;

export const RenewInput = z
  .object({
    /** Of the certificate that the agent has now. */
    serial: z.string().regex(/^[0-9a-f]{1,40}$/),
    csr: Csr,
    at: At,
    /** By the key of that certificate over `renewalText`: ECDSA with SHA-256, DER, in base 64. */
    signature: z.string().max(256),
  })
  .meta({ id: "RenewInput" });
export type RenewInput = z.infer<typeof RenewInput>;

/** What an agent gets: nothing of it but `key` is secret, and its private key is not among it. */
export const EnrolledView = z
  .object({
    agent: Id,
    site: Id,
    rooms: z.array(z.string()),
    serial: z.string(),
    /** PEM. */
    certificate: z.string(),
    issued_at: At,
    expires_at: At,
    broker: z.object({
      url: z.string(),
      /** Who signed the broker's certificate, where the system does not know it. PEM. */
      ca: z.string().optional(),
    }),
    /** Only where the broker is reached without TLS. */
    key: z.string().optional(),
  })
  .meta({ id: "Enrolled" });
export type EnrolledView = z.infer<typeof EnrolledView>;

/** What an agent signs to renew: its next request, bound to the moment and to the certificate that it has. */
export const renewalText = ({ serial, csr, at }: Omit<RenewInput, "signature">): string =>
  ["greenroom-renew", serial, at, csr].join("\n");

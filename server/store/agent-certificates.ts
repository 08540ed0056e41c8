import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

export type CertificateRecord = Tables["agent_certificates"];

/** Client certificates that were given to agents: the authority's register. None is ever deleted before it has expired. */
export class AgentCertificates {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add(certificate: Omit<CertificateRecord, "ended_ms">): Promise<void> {
    await this.#db
      .insertInto("agent_certificates")
      .values({ ...certificate, ended_ms: null })
      .execute();
  }

  async get(serial: string): Promise<CertificateRecord | undefined> {
    return this.#db.selectFrom("agent_certificates").selectAll().where("serial", "=", serial).executeTakeFirst();
  }

  /** Newest first. */
  async all(): Promise<CertificateRecord[]> {
    return this.#db.selectFrom("agent_certificates").selectAll().orderBy("issued_ms", "desc").execute();
  }

  /** Ends what an agent has. How many that were. */
  async end(agent: string, atMs: number): Promise<number> {
    const { numUpdatedRows } = await this.#db
      .updateTable("agent_certificates")
      .set({ ended_ms: atMs })
      .where("agent", "=", agent)
      .where("ended_ms", "is", null)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  /** Ends what an agent had before the one that was issued then. How many that were. */
  async endOlder(agent: string, issuedMs: number, atMs: number): Promise<number> {
    const { numUpdatedRows } = await this.#db
      .updateTable("agent_certificates")
      .set({ ended_ms: atMs })
      .where("agent", "=", agent)
      .where("ended_ms", "is", null)
      .where("issued_ms", "<", issuedMs)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  /** What has expired before then is no danger any more, and forgotten. */
  async forget(beforeMs: number): Promise<void> {
    await this.#db.deleteFrom("agent_certificates").where("expires_ms", "<", beforeMs).execute();
  }
}

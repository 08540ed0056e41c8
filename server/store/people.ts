import { randomUUIDv7 } from "node:crypto";
import type { Kysely } from "kysely";
import type { Role } from "#contract/api/views.ts";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError } from "#contract/errors.ts";
import { present, type Present } from "./present.ts";
import type { Tables } from "./tables.ts";

export type PersonRecord = Omit<Present<Tables["people"]>, "role"> & { role: Role };
export interface PersonChange {
  name?: string;
  email?: string;
  role?: Role;
  password_hash?: string;
  disabled_ms?: number | null;
}

/** E-mail addresses are compared without regard to case. */
export const emailKey = (email: string): string => email.trim().toLowerCase();

/** Local accounts. */
export class People {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;

  constructor(db: Kysely<Tables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async all(): Promise<PersonRecord[]> {
    return (await this.#db.selectFrom("people").selectAll().orderBy("name").orderBy("id").execute()).map(recordOf);
  }

  async get(id: string): Promise<PersonRecord | undefined> {
    const row = await this.#db.selectFrom("people").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  async byEmail(email: string): Promise<PersonRecord | undefined> {
    const row = await this.#db.selectFrom("people").selectAll().where("email", "=", emailKey(email)).executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  /** Who has had a role longest and may still sign in. */
  async firstOf(role: Role): Promise<PersonRecord | undefined> {
    const row = await this.#db
      .selectFrom("people")
      .selectAll()
      .where("role", "=", role)
      .where("disabled_ms", "is", null)
      .orderBy("created_ms")
      .orderBy("id")
      .executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  /** Throws CONFLICT when the address is taken. */
  async add(person: { name: string; email: string; role: Role; password_hash?: string }): Promise<PersonRecord> {
    const row: Tables["people"] = {
      id: randomUUIDv7(),
      name: person.name,
      email: emailKey(person.email),
      role: person.role,
      password_hash: person.password_hash ?? null,
      created_ms: this.#clock.now(),
      disabled_ms: null,
      revision: 1,
    };
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto("people")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) throw new GreenroomError("CONFLICT", `${row.email} has an account already`);
    return recordOf(row);
  }

  /** Throws NOT_FOUND, or CONFLICT when `revision` is not the current one or the address is taken. */
  async change(id: string, change: PersonChange, revision?: number): Promise<PersonRecord> {
    const known = await this.get(id);
    if (known === undefined) throw new GreenroomError("NOT_FOUND", `there is no person ${id}`);
    if (revision !== undefined && revision !== known.revision)
      throw new GreenroomError("CONFLICT", `person ${id} is at revision ${known.revision}, not ${revision}`);
    const email = change.email === undefined ? undefined : emailKey(change.email);
    const holder = email === undefined ? undefined : await this.byEmail(email);
    if (holder !== undefined && holder.id !== id)
      throw new GreenroomError("CONFLICT", `${holder.email} has an account already`);
    await this.#db
      .updateTable("people")
      .set({ ...change, ...(email === undefined ? {} : { email }), revision: known.revision + 1 })
      .where("id", "=", id)
      .execute();
    return (await this.get(id)) as PersonRecord;
  }
}

const recordOf = (row: Tables["people"]): PersonRecord => ({ ...present(row), role: row.role as Role });

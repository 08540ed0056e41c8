import { type Kysely, sql } from "kysely";
import { roomKey } from "#contract/ids.ts";
import type { DemoReadiness } from "#contract/messages/readiness.ts";
import type { Tables } from "./tables.ts";

/** How often a room was ready when a client walked in. */
export interface TrackRecord {
  visits: number;
  ready: number;
}

/** What was known of a room at the moment a client walked in: frozen once, never changed. */
export class Receipts {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** The first receipt of a demo stands. */
  async add(site: string, room: string, readiness: DemoReadiness): Promise<void> {
    await this.#db
      .insertInto("receipts")
      .values({
        demo: readiness.demo,
        site,
        room,
        arrival_ms: Date.parse(readiness.arrival),
        status: readiness.status,
        outcome: readiness.verdict.outcome,
        score: readiness.verdict.score,
        p_ready: readiness.p_ready,
        readiness: JSON.stringify(readiness),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async get(demo: string): Promise<DemoReadiness | undefined> {
    const row = await this.#db.selectFrom("receipts").select("readiness").where("demo", "=", demo).executeTakeFirst();
    return row === undefined ? undefined : (JSON.parse(row.readiness) as DemoReadiness);
  }

  /** The track record of every room since an instant; degraded counts as ready, because no visit had to be moved for it. */
  async trackRecords(sinceMs: number): Promise<Map<string, TrackRecord>> {
    const rows = await this.#db
      .selectFrom("receipts")
      .select((select) => [
        "site",
        "room",
        select.fn.countAll<number>().as("visits"),
        sql<number>`sum(case when outcome in ('ready', 'degraded') then 1 else 0 end)`.as("ready"),
      ])
      .where("arrival_ms", ">=", sinceMs)
      .groupBy(["site", "room"])
      .execute();
    return new Map(rows.map((row) => [roomKey(row.site, row.room), { visits: row.visits, ready: row.ready }]));
  }
}

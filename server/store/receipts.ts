import { type Kysely, sql } from "kysely";
import { roomKey } from "#contract/ids.ts";
import type { Outcome } from "#contract/messages/common.ts";
import type { DemoReadiness } from "#contract/messages/readiness.ts";
import { type Instant, rfc3339 } from "#contract/units.ts";
import type { Span } from "./demos.ts";
import type { Tables } from "./tables.ts";

/** How often a room was ready when a client walked in. */
export interface TrackRecord {
  visits: number;
  ready: number;
}

/** What stood on the wire when a client walked in; older receipts do not say when it was judged. */
export type FrozenReadiness = DemoReadiness & { room: string; judged_at?: string; frozen_at?: string };

export interface ReceiptDraft {
  site: string;
  room: string;
  readiness: DemoReadiness;
  /** When the gateway said it. */
  judgedAt: Instant;
  frozenAt: Instant;
}

/** A receipt in short, for counting. */
export interface ReceiptLine {
  demo: string;
  key: string;
  arrival_ms: number;
  outcome: Outcome;
}

/** What was known of a room at the moment a client walked in: frozen once, never changed. */
export class Receipts {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** The first receipt of a demo stands. */
  async add({ site, room, readiness, judgedAt, frozenAt }: ReceiptDraft): Promise<void> {
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
        readiness: JSON.stringify({ ...readiness, judged_at: rfc3339(judgedAt), frozen_at: rfc3339(frozenAt) }),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async get(demo: string): Promise<FrozenReadiness | undefined> {
    const row = await this.#db.selectFrom("receipts").selectAll().where("demo", "=", demo).executeTakeFirst();
    return row === undefined
      ? undefined
      : { ...(JSON.parse(row.readiness) as FrozenReadiness), room: roomKey(row.site, row.room) };
  }

  /** What stands in the receipts of a span of arrivals. */
  async arrived(span: Span, site?: string): Promise<ReceiptLine[]> {
    let query = this.#db
      .selectFrom("receipts")
      .select(["demo", "site", "room", "arrival_ms", "outcome"])
      .where("arrival_ms", ">=", span.from_ms)
      .where("arrival_ms", "<", span.to_ms);
    if (site !== undefined) query = query.where("site", "=", site);
    return (await query.execute()).map((row) => ({
      demo: row.demo,
      key: roomKey(row.site, row.room),
      arrival_ms: row.arrival_ms,
      outcome: row.outcome as Outcome,
    }));
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

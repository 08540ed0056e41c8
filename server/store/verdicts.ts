import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Kysely } from "kysely";
import type { Currency } from "#contract/api/views.ts";
import type { Outcome } from "#contract/messages/common.ts";
import type { DemoReadiness, Verdict } from "#contract/messages/readiness.ts";
import type { Span } from "./demos.ts";
import type { Tables } from "./tables.ts";

/** What was said of a visit beside the room's own verdict. */
export type JudgedVisit = Pick<DemoReadiness, "demo" | "status" | "sentence" | "p_ready" | "arrival">;

/** A room from one instant on, until the next one of it. */
export interface PastVerdict {
  at_ms: number;
  outcome: Outcome;
  score: number;
  sentence: string;
  currency: Currency;
}
export interface WholeVerdict extends PastVerdict {
  verdict: Verdict | undefined;
  visits: readonly JudgedVisit[];
}
export type VerdictDraft = WholeVerdict & { site: string; room: string };

/** A verdict is no longer than this window, and a state for a longer one costs more to set up than the packing. */
const PACKING = { windowBits: 12, memLevel: 4 };
/** Verdicts of one statement. */
const AT_A_TIME = 50;
type Packed = Pick<WholeVerdict, "visits"> & { verdict?: Verdict };

/** A verdict as it is stored. */
export type PackedVerdict = Tables["verdicts"];

/** Takes a tenth of a millisecond: done as verdicts come, not when many are stored at once. */
export function packVerdict({ verdict, visits, ...draft }: VerdictDraft): PackedVerdict {
  const packed: Packed = { visits, ...(verdict === undefined ? {} : { verdict }) };
  return { ...draft, packed: deflateRawSync(JSON.stringify(packed), PACKING).toString("base64") };
}

/** How rooms were judged in the past: one row a change, its checks packed, because a verdict in full is 4 kB. */
export class Verdicts {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** The later word of the same instant stands. */
  async addAll(rows: readonly PackedVerdict[]): Promise<void> {
    for (let from = 0; from < rows.length; from += AT_A_TIME)
      await this.#db
        .insertInto("verdicts")
        .values(rows.slice(from, from + AT_A_TIME))
        .onConflict((conflict) =>
          conflict.columns(["site", "room", "at_ms"]).doUpdateSet((row) => ({
            outcome: row.ref("excluded.outcome"),
            score: row.ref("excluded.score"),
            sentence: row.ref("excluded.sentence"),
            currency: row.ref("excluded.currency"),
            packed: row.ref("excluded.packed"),
          })),
        )
        .execute();
  }

  /** What held at an instant: the last change up to it. */
  async at(site: string, room: string, atMs: number): Promise<WholeVerdict | undefined> {
    const row = await this.#db
      .selectFrom("verdicts")
      .selectAll()
      .where("site", "=", site)
      .where("room", "=", room)
      .where("at_ms", "<=", atMs)
      .orderBy("at_ms", "desc")
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? undefined : { ...pastOf(row), ...unpacked(row.packed) };
  }

  /** The changes of a span, in order, and before them the one that held at its beginning. */
  async within(site: string, room: string, span: Span, limit: number): Promise<PastVerdict[]> {
    const columns = ["at_ms", "outcome", "score", "sentence", "currency"] as const;
    const of = this.#db.selectFrom("verdicts").select(columns).where("site", "=", site).where("room", "=", room);
    const before = await of.where("at_ms", "<=", span.from_ms).orderBy("at_ms", "desc").limit(1).execute();
    const rows = await of
      .where("at_ms", ">", span.from_ms)
      .where("at_ms", "<", span.to_ms)
      .orderBy("at_ms")
      .limit(limit)
      .execute();
    return [...before, ...rows].map(pastOf);
  }

  /** The spans in which somebody took verdicts down: outside of them nothing is known. */
  async watched(span: Span): Promise<Span[]> {
    return await this.#db
      .selectFrom("verdict_watches")
      .selectAll()
      .where("to_ms", ">=", span.from_ms)
      .where("from_ms", "<=", span.to_ms)
      .orderBy("from_ms")
      .execute();
  }

  /** Says that verdicts have been taken down since an instant, until now. */
  async watch(span: Span): Promise<void> {
    await this.#db
      .insertInto("verdict_watches")
      .values(span)
      .onConflict((conflict) => conflict.column("from_ms").doUpdateSet({ to_ms: span.to_ms }))
      .execute();
  }

  /** Forgets the oldest before an instant, at most so many; how many are gone. */
  async removeOlder({ beforeMs, limit }: { beforeMs: number; limit: number }): Promise<number> {
    await this.#db.deleteFrom("verdict_watches").where("to_ms", "<", beforeMs).execute();
    const old = await this.#db
      .selectFrom("verdicts")
      .select(["site", "room", "at_ms"])
      .where("at_ms", "<", beforeMs)
      .orderBy("at_ms")
      .limit(limit)
      .execute();
    for (const { site, room, at_ms } of old)
      await this.#db
        .deleteFrom("verdicts")
        .where("site", "=", site)
        .where("room", "=", room)
        .where("at_ms", "=", at_ms)
        .execute();
    return old.length;
  }
}

const pastOf = (row: Pick<Tables["verdicts"], keyof PastVerdict>): PastVerdict => ({
  at_ms: row.at_ms,
  outcome: row.outcome as Outcome,
  score: row.score,
  sentence: row.sentence,
  currency: row.currency as Currency,
});

function unpacked(text: string): Pick<WholeVerdict, "verdict" | "visits"> {
  const { verdict, visits } = JSON.parse(inflateRawSync(Buffer.from(text, "base64")).toString()) as Packed;
  return { verdict, visits };
}

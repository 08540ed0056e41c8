import type { Migration } from "kysely/migration";
import type { Needs } from "#contract/messages/room.ts";

interface First {
  id: string;
  name: string;
  needs: Needs;
  target?: number;
  words: readonly string[];
}

/** What a site begins with; it may change and remove them. */
const first: readonly First[] = [
  { id: "in-person-pitch", name: "In-person pitch", needs: { capabilities: ["display"] }, words: ["pitch"] },
  {
    id: "hybrid-demo",
    name: "Hybrid demo",
    needs: { capabilities: ["display", "video_call", "audio"] },
    words: ["hybrid", "video call", "remote demo"],
  },
  {
    id: "executive-briefing",
    name: "Executive briefing",
    needs: {
      capabilities: ["display", "video_call", "audio"],
      // EN 16798-1: category I is ready, category II is usable.
      comfort: {
        temperature_c: { ready: [21, 23.5], usable: [20, 25] },
        co2_ppm: { ready: [0, 950], usable: [0, 1_200] },
      },
      reset_visit: true,
    },
    target: 0.97,
    words: ["executive", "briefing", "board"],
  },
  {
    id: "training",
    name: "Training",
    needs: { capabilities: ["display", "whiteboard"] },
    words: ["training", "workshop"],
  },
];

/** Templates of needs; and of a visit which it has, what is arranged, and where it was before it was moved. */
export const templates: Migration = {
  async up(db) {
    await db.schema
      .createTable("templates")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("needs", "text", (column) => column.notNull())
      .addColumn("target", "double precision")
      .addColumn("words", "text", (column) => column.notNull())
      .addColumn("is_default", "bigint", (column) => column.notNull())
      .addColumn("created_by", "text", (column) => column.notNull())
      .addColumn("revision", "bigint", (column) => column.notNull())
      .execute();
    const rows = first.map(({ id, name, needs, target, words }) => ({
      id,
      name,
      needs: JSON.stringify(needs),
      target: target ?? null,
      words: JSON.stringify(words),
      is_default: 0,
      created_by: "system",
      revision: 1,
    }));
    await db.insertInto("templates").values(rows).execute();
    for (const column of ["template", "template_by", "access", "moved_from"])
      await db.schema.alterTable("demos").addColumn(column, "text").execute();
    await db.schema.createIndex("demos_by_template").on("demos").columns(["template", "end_ms"]).execute();
  },
};

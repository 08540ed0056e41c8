import type { DatabaseSync } from "node:sqlite";
import type { Series } from "../history.ts";

export interface StoredSeries extends Series {
  id: number;
}

interface Wanted {
  site: string;
  room?: string;
  device?: string;
  metrics?: readonly string[];
}

/** Names of series and their numbers. */
export class SeriesTable {
  readonly #select;
  readonly #insert;
  readonly #find;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare("SELECT id FROM series WHERE site = ? AND room = ? AND device = ? AND metric = ?");
    this.#insert = database.prepare("INSERT INTO series (site, room, device, metric) VALUES (?, ?, ?, ?) RETURNING id");
    this.#find = database.prepare(
      `SELECT id, site, room, device, metric FROM series
       WHERE site = $site AND ($room IS NULL OR room = $room) AND ($device IS NULL OR device = $device)
         AND ($metrics IS NULL OR metric IN (SELECT value FROM json_each($metrics)))
       ORDER BY room, device, metric`,
    );
  }

  /** The number of a series; a new series gets one. */
  idOf({ site, room, device, metric }: Series): number {
    const found = this.#select.get(site, room, device, metric) ?? this.#insert.get(site, room, device, metric);
    return (found as { id: number }).id;
  }

  find({ site, room, device, metrics }: Wanted): StoredSeries[] {
    const rows = this.#find.all({
      site,
      room: room ?? null,
      device: device ?? null,
      metrics: metrics === undefined ? null : JSON.stringify(metrics),
    });
    return rows.map((row) => ({ ...row }) as unknown as StoredSeries);
  }
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A minute of a room: co2, humidity, light, pir, temperature; nothing when there is no row. */
type Row = readonly [co2: number, humidity: number, light: number, pir: number, temperature: number];
export type RoomScript = (minute: number) => Row | undefined;

/** Fri 2013-08-23 16:00 in California. */
export const START = Date.UTC(2013, 7, 23, 23);

/** A room in which everything moves a little and nothing is wrong. */
export const healthy: RoomScript = (minute) => [
  450 + 20 * Math.sin(minute / 40),
  50 + 2 * Math.sin(minute / 90),
  100 + 5 * Math.sin(minute / 7),
  minute % 11 === 0 ? 20 : 0,
  22 + Math.sin(minute / 120),
];

const stamp = (minute: number): string =>
  new Date(START + minute * 60_000).toISOString().slice(0, 19).replace("T", " ");

/** Writes a recording of the shape of keti-sdh into a folder of its own, with its known faults where given. */
export async function writeRecording(
  rooms: Readonly<Record<string, RoomScript>>,
  minutes: number,
  faults?: readonly (readonly [room: string, field: string, kind: string, from: number, to: number])[],
): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), "greenroom-replay-"));
  for (const [room, script] of Object.entries(rooms)) {
    const lines = ["timestamp,co2,humidity,light,pir,temperature"];
    for (let minute = 0; minute < minutes; minute++) {
      const row = script(minute);
      if (row !== undefined) lines.push(`${stamp(minute)},${row.join(",")}`);
    }
    await writeFile(join(dir, `${room}.csv`), lines.join("\n"));
  }
  if (faults !== undefined) {
    const lines = faults.map(([room, field, kind, from, to]) =>
      [room, field, kind, stamp(from), stamp(to), "", ""].join("\t"),
    );
    await writeFile(
      join(dir, "faults.tsv"),
      ["room\tfield\tkind\tfrom_utc\tto_utc\tminutes_or_seconds\tremark", ...lines].join("\n"),
    );
  }
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

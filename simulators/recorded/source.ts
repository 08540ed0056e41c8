import { join } from "node:path";
import { messageOf } from "#contract/errors.ts";
import { readLines, splitCells } from "./csv.ts";
import type { BadRow, RecordedReading, RowParser, Source } from "./recorded.ts";

/** Reads one source: batches of readings in order of time. A bad row is noted and costs itself only; so does a file that ends in garbage. */
export async function* readSource(
  dir: string,
  source: Source,
  note: (bad: BadRow) => void,
): AsyncGenerator<RecordedReading[]> {
  let parser: RowParser | undefined;
  let line = 0;
  let last = -Infinity;
  const fault = (why: string): void => note({ file: source.file, line, why });
  const lines = readLines(join(dir, source.file));
  for (;;) {
    let batch: IteratorResult<string[]>;
    try {
      batch = await lines.next();
    } catch (error) {
      fault(`cannot be read further: ${messageOf(error)}`);
      return;
    }
    if (batch.done === true) return;
    const readings: RecordedReading[] = [];
    for (const raw of batch.value) {
      line += 1;
      const text = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (text === "") continue;
      const cells = splitCells(text);
      if (parser === undefined) {
        parser = source.parser(cells);
        continue;
      }
      for (const reading of parser.readings(cells, fault)) {
        if (reading.at < last) {
          fault("goes back in time");
          continue;
        }
        last = reading.at;
        readings.push(reading);
      }
    }
    if (readings.length > 0) yield readings;
  }
}

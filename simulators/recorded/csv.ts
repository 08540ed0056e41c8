import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

/** Splits one line of comma-separated cells, with quotes where a cell needs them. */
export function splitCells(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string;
    if (c === '"') {
      if (isQuoted && line[i + 1] === '"') cell += line[++i];
      else isQuoted = !isQuoted;
    } else if (c === "," && !isQuoted) {
      cells.push(cell);
      cell = "";
    } else cell += c;
  }
  cells.push(cell);
  return cells;
}

/** A line longer than this is no row of sensor data. */
const LONGEST_LINE = 100_000;

/** Reads a text file, gzipped or plain, as batches of lines, so that no file is ever whole in memory. */
export async function* readLines(path: string): AsyncGenerator<string[]> {
  const file = createReadStream(path, { highWaterMark: 64 * 1024 });
  const bytes = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  file.once("error", (error) => bytes.destroy(error));
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of bytes) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split("\n");
      rest = lines.pop() as string;
      if (rest.length > LONGEST_LINE) rest = rest.slice(0, LONGEST_LINE);
      yield lines;
    }
  } finally {
    file.destroy();
  }
  if (rest !== "") yield [rest];
}

/** The first line of a file. */
export async function firstLine(path: string): Promise<string> {
  for await (const lines of readLines(path)) return (lines[0] ?? "").replace(/\r$/, "");
  return "";
}

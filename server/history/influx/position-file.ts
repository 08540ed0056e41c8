import { readFileSync } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { JournalPosition } from "../history.ts";

const Position = z.object({ journal: z.string(), offset: z.number().min(0), records: z.number().min(0) });

/** Where an engine without transactions is: written after its acknowledgement, so that after a crash some is sent again and nothing is missed. */
export class PositionFile {
  readonly #file: string;
  #position: JournalPosition | undefined;

  constructor(file: string) {
    this.#file = file;
    this.#position = readPosition(file);
  }

  get position(): JournalPosition | undefined {
    return this.#position;
  }

  /** Replaces the file as a whole; resolves once that is durable. */
  async save(position: JournalPosition): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true });
    const next = `${this.#file}.next`;
    const handle = await open(next, "w", 0o600);
    try {
      await handle.writeFile(JSON.stringify(position));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(next, this.#file);
    this.#position = position;
  }
}

/** A file that is missing or unreadable means: from the journal's beginning. */
function readPosition(file: string): JournalPosition | undefined {
  try {
    return Position.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

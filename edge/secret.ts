import { z } from "zod";

/** A key or password that was read from a file or the environment. It never shows itself: not in logs, JSON or inspection. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/**
 * The schema of a secret. The configuration gives `NAME_file` or `NAME_env` in its place; the loader reads it and hands it
 * on as `NAME`, so a value written into the file itself is refused.
 */
export const secret = (): z.ZodCustom<Secret, Secret> =>
  z.instanceof(Secret, { error: "is needed as NAME_file or NAME_env; it never stands in this file itself" });

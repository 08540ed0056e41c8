import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { messageOf } from "#contract/errors.ts";
import { Secret } from "./secret.ts";

/** What is wrong in a configuration, and where. Values are never repeated: one of them may be a secret. */
export interface ConfigFault {
  /** As `devices.2.options.host`. */
  where: string;
  line?: number;
  why: string;
}

export interface ConfigSource {
  /** Relative paths start here. */
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
}

export type Path = readonly (string | number)[];

/** A YAML text with its lines, collecting whatever is wrong with it. */
export class ConfigText {
  readonly faults: ConfigFault[] = [];
  /** The content with every secret read; `undefined` when the text is no YAML. */
  readonly content: unknown;
  readonly #document: Document;
  readonly #lines = new LineCounter();

  constructor(text: string, source: ConfigSource) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { pos, message } of this.#document.errors) this.#noteAt(pos[0], message);
    if (this.faults.length > 0) return;
    try {
      this.content = this.#readSecrets(this.#document.toJS({ maxAliasCount: 50 }), [], source);
    } catch (error) {
      this.#noteAt(0, messageOf(error));
    }
  }

  note(path: Path, why: string): void {
    const at = this.#positionOf(path);
    const line = at === undefined ? undefined : this.#lines.linePos(at).line;
    this.faults.push({ where: path.join(".") || "file", ...(line === undefined ? {} : { line }), why });
  }

  /** What a schema says, in words for a person. */
  noteIssues(issues: readonly z.core.$ZodIssue[], prefix: Path): void {
    for (const issue of issues) {
      const path = [...prefix, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
      if (issue.code === "unrecognized_keys") {
        for (const key of issue.keys) this.note([...path, key], "is not a setting; check its spelling");
      } else this.note(path, sayIssue(issue));
    }
  }

  /** The parser's message without the piece of text that it quotes. */
  #noteAt(offset: number, message: string): void {
    const why = message.split(/[:"]/, 1)[0]?.trim() ?? "cannot be read";
    this.faults.push({ where: "YAML", line: this.#lines.linePos(offset).line, why });
  }

  /** `NAME_file` and `NAME_env`, wherever they stand, are read and become a secret called `NAME`. */
  #readSecrets(value: unknown, path: Path, source: ConfigSource): unknown {
    if (Array.isArray(value)) return value.map((item, i) => this.#readSecrets(item, [...path, i], source));
    if (typeof value !== "object" || value === null) return value;
    const read: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      const [, name, kind] = /^(\w+)_(file|env)$/.exec(key) ?? [];
      if (name === undefined) read[key] = this.#readSecrets(item, [...path, key], source);
      else if (name in read || name in value) this.note([...path, key], `${name} is given twice`);
      else read[name] = this.#secret(kind === "env" ? "env" : "file", item, { path: [...path, key], source });
    }
    return read;
  }

  #secret(kind: "env" | "file", name: unknown, at: { path: Path; source: ConfigSource }): Secret {
    const text = typeof name === "string" ? readSecret(kind, name, at.source) : { why: "must be a text" };
    if (typeof text === "string") return new Secret(text);
    this.note(at.path, text.why);
    return new Secret("");
  }

  /** Where a setting stands: at its name; else where the nearest thing around it stands. */
  #positionOf(path: Path): number | undefined {
    for (let length = path.length; length > 0; length--) {
      const parent = this.#document.getIn(path.slice(0, length - 1), true);
      const last = path[length - 1];
      if (isMap(parent)) {
        const pair = parent.items.find(({ key }) => isScalar(key) && key.value === last);
        if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
      }
      const node = this.#document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return undefined;
  }
}

function readSecret(kind: "env" | "file", name: string, { folder, env }: ConfigSource): string | { why: string } {
  if (kind === "env") {
    const text = env[name]?.trim();
    return text === undefined || text === "" ? { why: `the environment has no ${name}` } : text;
  }
  try {
    const text = readFileSync(resolve(folder, name), "utf8").trim();
    return text === "" ? { why: `${name} is empty` } : text;
  } catch (error) {
    return {
      why: `${name} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "error"})`,
    };
  }
}

function sayIssue({ message, ...issue }: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type" && message.endsWith("received undefined")) return `is missing (${issue.expected})`;
  return message.replace(/^Invalid input: /, "");
}

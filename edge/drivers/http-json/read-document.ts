import jsonata, { type Expression } from "jsonata";
import { type Instant, instant, parseInstant } from "#contract/units.ts";
import { converted } from "../conversion.ts";
import { DeviceFailure, quoted, readableText } from "../device-failure.ts";
import { Told } from "../told.ts";
import type { HttpJsonOptions } from "./options.ts";

/** Evaluation of an expression ends after so many steps, whatever the device has sent: about 30 ms. */
const MOST_STEPS = 5_000;
const DEEPEST = 100;
const LONGEST_SEQUENCE = 10_000;
/** No device nests deeper on purpose; expressions would run out of stack. */
const DEEPEST_DOCUMENT = 64;

interface Place {
  pointer?: string | undefined;
  expression?: string | undefined;
}

/** Reads a document by the places that the options name; expressions are compiled once. */
export class DocumentReader {
  readonly #options: HttpJsonOptions;
  readonly #expressions = new Map<string, Expression>();
  #steps = 0;

  constructor(options: HttpJsonOptions) {
    this.#options = options;
    for (const { expression } of [...options.readings, options.measured ?? {}] as Place[])
      if (expression !== undefined) this.#expressions.set(expression, this.#compile(expression));
  }

  /** What the document says; what it does not is left out, what cannot be is refused. Rejects with DeviceFailure only. */
  async read(bytes: Uint8Array, now: Instant): Promise<Told> {
    const document = parseDocument(bytes);
    await this.#checkAge(document, now);
    const told = new Told();
    for (const reading of this.#options.readings) {
      const where = reading.pointer ?? reading.expression ?? "";
      let value: unknown;
      try {
        value = await this.#at(document, reading);
      } catch (error) {
        told.refuse(`${reading.metric}: ${where} ${whyOf(error)}`);
        continue;
      }
      // Not there, or null: the device does not know, and nobody knows better.
      if (value === undefined || value === null) continue;
      const metric = converted(value, reading);
      if (metric === undefined) told.refuse(`${reading.metric}: ${where} is ${shown(value)}`);
      else told.put(reading.metric, metric);
    }
    return told;
  }

  async #at(document: unknown, { pointer, expression }: Place): Promise<unknown> {
    if (pointer !== undefined) return atPointer(document, pointer);
    this.#steps = 0;
    return this.#expressions.get(expression ?? "")?.evaluate(document);
  }

  #compile(text: string): Expression {
    const compiled = jsonata(text, { stack: DEEPEST, sequence: LONGEST_SEQUENCE });
    const count = (): void => {
      this.#steps += 1;
      if (this.#steps > MOST_STEPS) throw new Error("takes too many steps");
    };
    // The library's own hook for guards; its types know names only.
    compiled.assign(Symbol.for("jsonata.__evaluate_entry") as unknown as string, count);
    return compiled;
  }

  async #checkAge(document: unknown, now: Instant): Promise<void> {
    const { measured } = this.#options;
    if (measured === undefined) return;
    let said: unknown;
    try {
      said = await this.#at(document, measured);
    } catch (error) {
      throw new DeviceFailure("DEVICE_GARBAGE", `when it was measured cannot be read: ${whyOf(error)}`, {
        answers: true,
      });
    }
    const at = instantOf(said, measured.as);
    if (at === undefined)
      throw new DeviceFailure("DEVICE_GARBAGE", `says ${shown(said)} where it should say when it was measured`, {
        answers: true,
      });
    const age_s = Math.abs(now - at) / 1000;
    if (age_s <= measured.max_age_s) return;
    const away = at > now ? "ahead" : "old";
    throw new DeviceFailure(
      "DEVICE_SILENT",
      `its values are ${Math.round(age_s)} s ${away}: more than ${measured.max_age_s} s`,
    );
  }
}

function instantOf(said: unknown, as: "rfc3339" | "unix_s" | "unix_ms"): Instant | undefined {
  if (as === "rfc3339") return typeof said === "string" ? parseInstant(said) : undefined;
  const number = typeof said === "string" && /^\d{1,16}(?:\.\d{1,9})?$/.test(said) ? Number(said) : said;
  if (typeof number !== "number" || !Number.isFinite(number)) return undefined;
  return instant(as === "unix_s" ? number * 1000 : number);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parseDocument(bytes: Uint8Array): unknown {
  if (isTooDeep(bytes))
    throw new DeviceFailure("DEVICE_GARBAGE", `nests deeper than ${DEEPEST_DOCUMENT}`, { answers: true });
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new DeviceFailure("DEVICE_GARBAGE", "answered something that is no JSON in UTF-8", { answers: true });
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = Buffer.from('"\\[]{}');

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (isText && byte === BACKSLASH) at += 1;
    else if (byte === QUOTE) isText = !isText;
    else if (isText) continue;
    else if (byte === OPEN || byte === OPEN_LIST) depth += 1;
    else if (byte === CLOSE || byte === CLOSE_LIST) depth -= 1;
    if (depth > DEEPEST_DOCUMENT) return true;
  }
  return false;
}

/** RFC 6901; `undefined` where nothing stands. */
export function atPointer(document: unknown, pointer: string): unknown {
  let here = document;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    if (Array.isArray(here) && !/^(?:0|[1-9]\d{0,6})$/.test(key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

function shown(value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return quoted(String(value));
  return Array.isArray(value) ? "a list" : "an object";
}

/** The library throws objects of its own. */
function whyOf(error: unknown): string {
  const { message } = (typeof error === "object" && error !== null ? error : {}) as { message?: unknown };
  return typeof message === "string" ? readableText(message, 120) : "cannot be evaluated";
}

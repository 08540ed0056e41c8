/**
 * Evaluates a mapping's expressions in a thread of its own, which can be ended: neither an expression nor what a device sends
 * may hold the gateway up. One message at a time, in order.
 */
import { parentPort, workerData } from "node:worker_threads";
import jsonata, { type Expression } from "jsonata";
import type { Mapping } from "./mapping.ts";

/** What one item of a message says, as it was found. */
export interface FoundItem {
  device?: unknown;
  at?: unknown;
  state?: unknown;
  readings: Record<string, unknown>;
}
export type FromMapping = { ok: true; items: FoundItem[] } | { ok: false; where: string; why: string };
export interface ToMapping {
  topic: string;
  text: string;
}

const DEEPEST = 200;
const LONGEST_SEQUENCE = 10_000;
const MOST_ITEMS = 200;

const mapping = workerData as Mapping;
const compile = (text: string | undefined): Expression | undefined =>
  text === undefined ? undefined : jsonata(text, { stack: DEEPEST, sequence: LONGEST_SEQUENCE });
const only = compile(mapping.only);
const each = compile(mapping.each);
const parts = { device: compile(mapping.device), at: compile(mapping.at), state: compile(mapping.state) };
const readings = Object.entries(mapping.readings).map(
  ([name, text]) => [name, jsonata(text, { stack: DEEPEST, sequence: LONGEST_SEQUENCE })] as const,
);

/** Says which expression it was that failed. */
class Failed extends Error {
  readonly where: string;
  constructor(where: string, error: unknown) {
    super(String((error as { message?: unknown } | null)?.message ?? error));
    this.where = where;
  }
}

async function run(
  where: string,
  expression: Expression,
  input: unknown,
  bindings: Record<string, unknown>,
): Promise<unknown> {
  try {
    return await expression.evaluate(input, bindings);
  } catch (error) {
    throw new Failed(where, error);
  }
}

async function read({ topic, text }: ToMapping): Promise<FromMapping> {
  let message: unknown = text;
  if (mapping.payload === "json") {
    try {
      message = JSON.parse(text);
    } catch (error) {
      return { ok: false, where: "payload", why: (error as Error).message };
    }
  }
  const bindings = { topic: topic.split("/"), message };
  try {
    if (only !== undefined && (await run("only", only, message, bindings)) !== true) return { ok: true, items: [] };
    const list = each === undefined ? [message] : await run("each", each, message, bindings);
    const items: FoundItem[] = [];
    for (const item of (Array.isArray(list) ? list : list === undefined ? [] : [list]).slice(0, MOST_ITEMS))
      items.push(await readItem(item, bindings));
    return { ok: true, items };
  } catch (error) {
    return { ok: false, where: error instanceof Failed ? error.where : "payload", why: (error as Error).message };
  }
}

async function readItem(item: unknown, bindings: Record<string, unknown>): Promise<FoundItem> {
  const found: FoundItem = { readings: {} };
  for (const [name, expression] of Object.entries(parts))
    if (expression !== undefined)
      found[name as keyof typeof parts] = plain(await run(name, expression, item, bindings));
  for (const [name, expression] of readings) {
    const value = plain(await run(`readings.${name}`, expression, item, bindings));
    if (value !== undefined) found.readings[name] = value;
  }
  return found;
}

/** What can leave the thread: a function or a list says nothing. */
const plain = (value: unknown): unknown =>
  value === null || ["number", "boolean", "string", "undefined"].includes(typeof value)
    ? value
    : { shape: Array.isArray(value) ? "a list" : "an object" };

parentPort?.on("message", (message: ToMapping) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  void read(message).then((answer) => parentPort?.postMessage(answer));
});

import type { Parsed } from "#contract/errors.ts";
import type { Json } from "#gateway/translate/payload.ts";
import { excerpt, refuse } from "./answer.ts";

const MOST_LINES = 20_000;
const DEEPEST = 12;
/** `*s Call 37 Status: Connected`; `*s Call 37 (ghost=True):` for what is gone. */
const LINE = /^\*s ((?:[\w-]+ ){0,11}[\w-]+)(?: \(([a-z]+)=(\w+)\))?:(?: ?(.*))?$/i;

/** The answer of a Cisco codec's terminal to `xstatus`, as the tree that the other ways give: a number in a path is a member of a list. */
export function parseXstatus(text: string): Parsed<Json> {
  const lines = text.split(/\r?\n/);
  if (lines.length > MOST_LINES) return refuse("DEVICE_GARBAGE", "xstatus", `is longer than ${MOST_LINES} lines`);
  const root: Json = {};
  let hasEnded = false;
  for (const [i, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === "" || /^(OK|xstatus\b.*)$/i.test(line)) continue;
    if (/^\*\* end$/i.test(line)) {
      hasEnded = true;
      continue;
    }
    const found = LINE.exec(line);
    const path = found?.[1]?.split(" ") ?? [];
    if (found === null || hasEnded || path.length > DEEPEST)
      return refuse("DEVICE_GARBAGE", `line ${i + 1}`, `is no status line: ${excerpt(line)}`);
    const [, , attribute, attributeValue, value = ""] = found;
    if (attribute !== undefined) put(root, [...path, attribute], attributeValue ?? "");
    else put(root, path, value.replace(/^"(.*)"$/, "$1"));
  }
  return hasEnded ? { ok: true, value: root } : refuse("DEVICE_GARBAGE", "xstatus", 'does not end with "** end"');
}

function put(root: Json, path: readonly string[], value: string): void {
  let here = root;
  for (let i = 0; i < path.length - 1; i++) {
    const key = path[i] ?? "";
    const next = path[i + 1] ?? "";
    const isList = /^\d+$/.test(next) && i + 2 < path.length;
    const found: unknown = Object.hasOwn(here, key) ? here[key] : undefined;
    if (isList) {
      const list = Array.isArray(found) ? (found as Json[]) : [];
      if (found === undefined) define(here, key, list);
      here = memberOf(list, next);
      i++;
    } else if (typeof found === "object" && found !== null && !Array.isArray(found)) here = found as Json;
    else {
      const inner: Json = {};
      define(here, key, inner);
      here = inner;
    }
  }
  define(here, path.at(-1) ?? "", value);
}

function memberOf(list: Json[], id: string): Json {
  const found = list.find((member) => member["id"] === id);
  if (found !== undefined) return found;
  const member: Json = { id };
  list.push(member);
  return member;
}

/** A key of the device's is data, whatever it is called. */
const define = (tree: Json, key: string, value: unknown): void => {
  Object.defineProperty(tree, key, { value, enumerable: true, writable: true, configurable: true });
};

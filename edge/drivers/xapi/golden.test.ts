import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { metricsOf, type Tree, XapiGarbage } from "./status.ts";

/** Real answers of Cisco's devices with what they must become; they lie beside the project, under licences of their own. */
const FILE = new URL("../../../../shared/payloads/cisco.jsonl", import.meta.url);

interface Line {
  topic: string;
  payload: string;
  note: string;
  invalid?: boolean;
  expect?: Record<string, unknown>;
}

/** What the collection calls otherwise than the registry does; what is not here is no metric of a codec. */
const NAMES: Readonly<Record<string, string>> = {
  people_count: "people_count",
  occupancy: "occupied",
  sound_db: "noise_dba",
  humidity_pct: "humidity_pct",
  temperature_c: "temperature_c",
  uptime_s: "uptime_s",
  in_call: "in_call",
  power: "power_state",
  mic_muted: "microphone_muted",
};

/** The status tree, wherever it stands in the message; `undefined` for what carries none. */
function treeOf(text: string): unknown {
  if (!text.startsWith("{")) return undefined;
  const message = JSON.parse(text) as Tree;
  const params = message["params"] as Tree | undefined;
  const result = message["result"];
  if (params !== undefined) return params["Status"];
  if ("Status" in message) return message["Status"];
  if ("jsonrpc" in message) return typeof result === "object" ? (result as Tree)["Status"] : undefined;
  return message;
}

describe.skipIf(!existsSync(FILE))("a real answer", () => {
  const lines = existsSync(FILE)
    ? readFileSync(FILE, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Line)
    : [];
  it.each(lines.map((line, i) => [i + 1, line.note, line] as const))("line %i: %s", (_i, _note, line) => {
    const tree = treeOf(line.payload);
    if (line.invalid === true) return expect(() => metricsOf(tree)).toThrow(XapiGarbage);
    if (tree === undefined) return undefined;
    const metrics = metricsOf(tree);
    for (const [key, value] of Object.entries(line.expect ?? {})) {
      const name = NAMES[key];
      if (name === undefined) continue;
      if (value === null) expect(metrics).not.toHaveProperty(name);
      else expect(metrics).toHaveProperty(name, value);
    }
    if (line.expect?.["device_state"] === "ok" && "registered" in metrics) expect(metrics["registered"]).toBe(true);
    return undefined;
  });
});

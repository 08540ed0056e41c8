import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPlausible, metrics as registry, type MetricValue, wrongType } from "#contract/metrics.ts";
import { parseMessage } from "./messages.ts";
import { QsysOptions } from "./options.ts";
import { type CoreAnswers, readCore } from "./read-core.ts";

interface Golden {
  options: object;
  answers: CoreAnswers;
  expect: { metrics: Record<string, MetricValue>; faults: string[]; model?: string; refused?: string };
}
const golden = new URL("golden/", import.meta.url);

describe("golden answers", () => {
  test.each(readdirSync(golden))("%s", (name) => {
    const { options, answers, expect: wanted } = JSON.parse(readFileSync(new URL(name, golden), "utf8")) as Golden;
    const { told, faults, model } = readCore(answers, QsysOptions.parse({ host: "h", ...options }));
    const { metrics, refused } = told;
    expect({
      metrics,
      faults,
      ...(model !== undefined && { model }),
      ...(refused !== undefined && { refused }),
    }).toEqual(wanted);
  });
});

const corpus = new URL("../../../../shared/payloads/av-control.jsonl", import.meta.url);
test.skipIf(!existsSync(corpus))("the recorded messages are read or refused as they must be", () => {
  const lines = readFileSync(corpus, "utf8")
    .trim()
    .split("\n")
    .map(
      (line) =>
        JSON.parse(line) as { topic: string; payload: string; invalid?: true; expect?: Record<string, unknown> },
    )
    .filter(({ topic }) => topic.startsWith("tcp:1710"));
  expect(lines.length).toBeGreaterThan(2);
  for (const { payload, invalid, expect: wanted = {} } of lines) {
    const parsed = parseMessage(payload.replace(/\0$/, ""));
    expect(parsed.ok).toBe(invalid !== true);
    if (!parsed.ok) continue;
    const { params } = JSON.parse(payload.replace(/\0$/, "")) as { params?: unknown };
    const status = parsed.value.kind === "result" ? parsed.value.result : params;
    const { told, faults } = readCore({ status, components: {} }, QsysOptions.parse({ host: "h" }));
    const isFaulty = wanted["fault"] !== undefined || wanted["emulator"] === true;
    expect(told.metrics["other_health"]).toBe(isFaulty ? "error" : "ok");
    if (wanted["emulator"] === true) expect(faults.join()).toMatch(/emulator/);
    else if (wanted["fault"] !== undefined) expect(faults.join()).toContain(wanted["fault"]);
  }
});

test("law: whatever a Core answers is read, and only what metrics can be is told", () => {
  const some = fc.anything({ maxDepth: 4 });
  const control = fc.record({ Name: fc.constantFrom("status", "x"), Value: some, String: some }, { requiredKeys: [] });
  const options = QsysOptions.parse({
    host: "h",
    status: [{ component: "a", counts_as: "cameras_connected" }],
    readings: [
      { metric: "temperature_c", control: "x", unit: "F" },
      { metric: "occupied", component: "a", control: "x", values: { yes: true } },
    ],
  });
  fc.assert(
    fc.property(
      fc.oneof(some, fc.record({ State: some, Status: some })),
      fc.array(fc.oneof(control, some)),
      (status, controls) => {
        const { told } = readCore({ status, controls, components: { a: { Controls: controls } } }, options);
        for (const [name, value] of Object.entries(told.metrics)) {
          const metric = registry.get(name);
          expect(metric !== undefined && wrongType(metric, value) === undefined && isPlausible(metric, value)).toBe(
            true,
          );
        }
      },
    ),
    { numRuns: 1_000 },
  );
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseMessage(text)));
});

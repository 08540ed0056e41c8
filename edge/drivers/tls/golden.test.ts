import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MetricValue } from "#contract/metrics.ts";
import { type Instant, parseInstant } from "#contract/units.ts";
import { judgeCertificate, parseCertificate } from "./judge-certificate.ts";
import { TlsOptions } from "./options.ts";

interface Golden {
  now: string;
  from: string;
  to: string;
  distrust?: string;
  options: object;
  expect: { metrics: Record<string, MetricValue>; findings: string[] };
}
const golden = new URL("golden/", import.meta.url);
const at = (text: string): Instant => parseInstant(text) as Instant;

describe("golden certificates", () => {
  test.each(readdirSync(golden).filter((name) => name.endsWith(".json")))("%s", (name) => {
    const {
      now,
      from,
      to,
      distrust,
      options,
      expect: wanted,
    } = JSON.parse(readFileSync(new URL(name, golden), "utf8")) as Golden;
    const facts = { from: at(from), to: at(to), fingerprint: "ab".repeat(32), subject: "device" };
    const { told, findings } = judgeCertificate(facts, distrust, TlsOptions.parse({ host: "h", ...options }), at(now));
    expect({ metrics: told.metrics, findings }).toEqual(wanted);
  });
});

const device = readFileSync(new URL("golden/device.der", import.meta.url));

test("a certificate is read as it comes over the wire", () => {
  expect(parseCertificate(device)).toEqual({
    ok: true,
    value: {
      from: at("2026-01-01T00:00:00Z"),
      to: at("2027-01-01T00:00:00Z"),
      subject: "codec.example",
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    },
  });
});

test("law: whatever bytes are shown, they are read or refused, and never thrown", () => {
  fc.assert(
    fc.property(fc.nat(device.length - 1), fc.uint8Array({ minLength: 1, maxLength: 4 }), (where, bytes) => {
      const mutated = Uint8Array.from(device);
      mutated.set(bytes.slice(0, mutated.length - where), where);
      const parsed = parseCertificate(mutated);
      if (parsed.ok) expect(Number.isFinite(parsed.value.to)).toBe(true);
      else expect(parsed.code).toBe("DEVICE_GARBAGE");
    }),
    { numRuns: 2_000 },
  );
});

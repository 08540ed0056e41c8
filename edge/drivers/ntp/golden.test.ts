import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant, later, millis, parseInstant, type Instant } from "#contract/units.ts";
import { askPacket, parseAnswer } from "./packet.ts";

interface Golden {
  sent_at: string;
  took_ms: number;
  nonce: string;
  answer: string;
  expect: object;
}
const golden = new URL("golden/", import.meta.url);

describe("golden packets", () => {
  test.each(readdirSync(golden))("%s", (name) => {
    const {
      sent_at,
      took_ms,
      nonce,
      answer,
      expect: wanted,
    } = JSON.parse(readFileSync(new URL(name, golden), "utf8")) as Golden;
    const sentAt = parseInstant(sent_at) as Instant;
    const parsed = parseAnswer(Buffer.from(answer.replaceAll(" ", ""), "hex"), {
      nonce: Buffer.from(nonce, "hex"),
      sentAt,
      heardAt: later(sentAt, millis(took_ms)),
    });
    expect(parsed.ok ? parsed.value : { refused: `${parsed.code} ${parsed.where} ${parsed.why}` }).toEqual(wanted);
  });
});

test("a question carries a nonce where our time would stand", () => {
  const packet = askPacket(Buffer.from("0102030405060708", "hex"));
  expect(packet.toString("hex")).toBe(`23${"00".repeat(39)}0102030405060708`);
});

const nonce = Buffer.from("0102030405060708", "hex");
const FROM_1900_S = 2_208_988_800;
function answerOf(receivedMs: number, answeredMs: number): Buffer {
  const packet = Buffer.alloc(48);
  packet[0] = 0x24;
  packet[1] = 1;
  nonce.copy(packet, 24);
  for (const [at, ms] of [
    [32, receivedMs],
    [40, answeredMs],
  ] as const) {
    const whole = Math.floor(ms / 1_000);
    packet.writeUInt32BE((whole + FROM_1900_S) % 2 ** 32, at);
    packet.writeUInt32BE(Math.floor(((ms - whole * 1_000) / 1_000) * 2 ** 32), at + 4);
  }
  return packet;
}

test("law: an offset is found again, whatever it is, also across the turn of the era in 2036", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2060, 0) }),
      fc.integer({ min: -86_400_000, max: 86_400_000 }),
      fc.integer({ min: 0, max: 2_000 }),
      (now, ahead, way) => {
        const there = now + way / 2 - ahead;
        const parsed = parseAnswer(answerOf(there, there + 1), {
          nonce,
          sentAt: instant(now),
          heardAt: instant(now + way + 1),
        });
        expect(parsed.ok && Math.abs(parsed.value.offset - ahead)).toBeLessThan(0.1);
        expect(parsed.ok && Math.abs(parsed.value.delay - way)).toBeLessThan(0.1);
      },
    ),
  );
});

test("law: whatever comes is read or refused, and what is read is finite", () => {
  const good = answerOf(1_772_366_400_000, 1_772_366_400_001);
  const mutated = fc.tuple(fc.nat(47), fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([at, bytes]) => {
    const packet = Uint8Array.from(good);
    packet.set(bytes.slice(0, 48 - at), at);
    return packet;
  });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 60 })), (bytes) => {
      const parsed = parseAnswer(bytes, {
        nonce,
        sentAt: instant(1_772_366_400_000),
        heardAt: instant(1_772_366_400_010),
      });
      if (parsed.ok) expect(Number.isFinite(parsed.value.offset) && parsed.value.delay >= 0).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

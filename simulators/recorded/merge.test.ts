import * as fc from "fast-check";
import { expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { mergeByTime } from "./merge.ts";
import type { RecordedReading } from "./recorded.ts";

async function* streamOf(room: string, times: readonly number[], batch: number): AsyncGenerator<RecordedReading[]> {
  for (let i = 0; i < times.length; i += batch)
    yield times.slice(i, i + batch).map((at) => ({ room, device: "env", at: instant(at), metrics: {} }));
}

it("gives every reading once, in order of time, and each stream's own order", async () => {
  const times = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 40 }).map((t) => t.toSorted((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(fc.array(times, { maxLength: 6 }), fc.integer({ min: 1, max: 7 }), async (streams, batch) => {
      const out: RecordedReading[] = [];
      for await (const part of mergeByTime(streams.map((t, i) => streamOf(String(i), t, batch)))) out.push(...part);
      const expected = streams
        .flatMap((t, i) => t.map((at) => ({ at, room: String(i) })))
        .toSorted((a, b) => a.at - b.at || Number(a.room) - Number(b.room));
      expect(out.map(({ at, room }) => ({ at, room }))).toEqual(expected);
    }),
  );
});

it("ends the streams when nobody reads on", async () => {
  let ended = false;
  async function* endless(): AsyncGenerator<RecordedReading[]> {
    try {
      for (let at = 0; ; at++) yield [{ room: "r", device: "d", at: instant(at), metrics: {} }];
    } finally {
      ended = true;
    }
  }
  for await (const batch of mergeByTime([endless()])) if (batch.length > 0) break;
  expect(ended).toBe(true);
});

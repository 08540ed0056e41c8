import type { RecordedReading } from "./recorded.ts";

interface Head {
  order: number;
  stream: AsyncGenerator<RecordedReading[]>;
  batch: RecordedReading[];
  next: number;
}

const BATCH = 512;

/**
 * Merges streams that are each in order of time into one; at the same instant, the earlier stream comes first. Holds one
 * batch of each stream.
 */
export async function* mergeByTime(
  streams: readonly AsyncGenerator<RecordedReading[]>[],
): AsyncGenerator<RecordedReading[]> {
  const heads: Head[] = [];
  try {
    for (const [order, stream] of streams.entries()) {
      const head: Head = { order, stream, batch: [], next: 0 };
      heads.push(head);
    }
    let live: Head[] = [];
    for (const head of heads) if (await refill(head)) live.push(head);
    live = live.toSorted(byTime);
    let out: RecordedReading[] = [];
    while (live.length > 0) {
      const head = live[0] as Head;
      out.push(head.batch[head.next++] as RecordedReading);
      if (out.length >= BATCH) {
        yield out;
        out = [];
      }
      if (head.next < head.batch.length || (await refill(head))) sink(live);
      else live.shift();
    }
    if (out.length > 0) yield out;
  } finally {
    for (const head of heads) await head.stream.return(undefined);
  }
}

async function refill(head: Head): Promise<boolean> {
  const { value, done } = await head.stream.next();
  if (done === true) return false;
  head.batch = value;
  head.next = 0;
  return true;
}

const atOf = (head: Head): number => (head.batch[head.next] as RecordedReading).at;
const byTime = (a: Head, b: Head): number => atOf(a) - atOf(b) || a.order - b.order;

/** Puts the first head, whose time has moved on, back in its place. */
function sink(live: Head[]): void {
  const head = live[0] as Head;
  let i = 0;
  for (let next = live[1]; next !== undefined && byTime(next, head) < 0; next = live[i + 1]) {
    live[i] = next;
    i += 1;
  }
  live[i] = head;
}

import type { VerdictHistory } from "#contract/api/evidence.ts";
import type { Outcome } from "#contract/messages/common.ts";

/** A stretch of time in which a room was judged the same way; `nothing` where nobody took it down. */
export interface Stretch {
  from: number;
  to: number;
  status: Outcome | "nothing";
}

/** Cuts a span into stretches: what held until the next change, as far as somebody watched. */
export function stretchesOf(history: VerdictHistory, from: number, to: number): Stretch[] {
  const changes = history.changes.map(({ at, outcome }) => ({ at: Date.parse(at), outcome }));
  const judged = history.watched.flatMap((watch): Stretch[] => {
    const [begin, end] = [Date.parse(watch.from), Date.parse(watch.to)];
    // Before a watch's own first word nothing is known, whatever was so before the gap.
    const inside = changes.filter((change) => change.at >= begin && change.at < end);
    return inside.map(({ at, outcome }, index) => ({
      from: Math.max(from, at),
      to: Math.min(to, inside[index + 1]?.at ?? end),
      status: outcome,
    }));
  });
  return withoutHoles(
    judged.filter((stretch) => stretch.to > stretch.from),
    from,
    to,
  );
}

/** What lies between is told as nothing; neighbours of one kind are one stretch. */
function withoutHoles(judged: readonly Stretch[], from: number, to: number): Stretch[] {
  const whole: Stretch[] = [];
  const add = (stretch: Stretch): void => {
    const last = whole.at(-1);
    if (last !== undefined && last.status === stretch.status) last.to = stretch.to;
    else if (stretch.to > stretch.from) whole.push({ ...stretch });
  };
  for (const stretch of judged) {
    const end = whole.at(-1)?.to ?? from;
    if (stretch.from > end) add({ from: end, to: stretch.from, status: "nothing" });
    add(stretch);
  }
  const end = whole.at(-1)?.to ?? from;
  if (end < to) add({ from: end, to, status: "nothing" });
  return whole;
}

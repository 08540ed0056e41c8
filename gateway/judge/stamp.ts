import { type Instant, rfc3339 } from "#contract/units.ts";

const KEEP = 4_096;
const known = new Map<Instant, string>();

/** The wire's form of an instant. The same few instants are told over and over, so they are kept. */
export function stamp(at: Instant): string {
  let text = known.get(at);
  if (text === undefined) {
    text = rfc3339(at);
    if (known.size >= KEEP) known.clear();
    known.set(at, text);
  }
  return text;
}

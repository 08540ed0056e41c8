/** Relations between MQTT filters (MQTT 3.1.1 §4.7), beside `matches` of `bus.ts`. */

const MOST_LEVELS = 64;

/** Why a text is no MQTT filter, or `undefined`. */
export function wrongFilter(filter: string): string | undefined {
  if (filter === "" || filter.length > 256) return "must have 1 to 256 characters";
  const levels = filter.split("/");
  if (levels.length > MOST_LEVELS) return `has more than ${MOST_LEVELS} levels`;
  if (levels.slice(0, -1).includes("#")) return "# stands only at the end";
  if (levels.some((level) => level.length > 1 && /[+#]/.test(level))) return "+ and # stand for a whole level";
  return filter.includes("\u0000") ? "has a zero in it" : undefined;
}

/** Whether every topic that `inner` matches is matched by `outer`, too. */
export function covers(outer: string, inner: string): boolean {
  if (outer.startsWith("$") !== inner.startsWith("$") && /^[+#$]/.test(outer)) return false;
  const o = outer.split("/");
  const i = inner.split("/");
  for (let at = 0; at < o.length; at++) {
    if (o[at] === "#") return true;
    // `a/+/#` takes `a/b`, and `#` stands for the level above it.
    if (at >= i.length || i[at] === "#" || (o[at] !== "+" && o[at] !== i[at])) return false;
  }
  return o.length === i.length;
}

/** Whether some topic is matched by both. */
export function overlaps(one: string, other: string): boolean {
  const a = one.split("/");
  const b = other.split("/");
  for (let at = 0; ; at++) {
    if (a[at] === "#" || b[at] === "#") return true;
    if (at >= a.length || at >= b.length) return endsAlike(a, b, at);
    if (a[at] !== "+" && b[at] !== "+" && a[at] !== b[at]) return false;
  }
}

/** One of them ends here: the other must end, too, or go on with `#` alone. */
function endsAlike(a: readonly string[], b: readonly string[], at: number): boolean {
  const rest = a.length > at ? a.slice(at) : b.slice(at);
  return rest.length === 0 || (rest.length === 1 && rest[0] === "#");
}

/** Those that no other of them covers. */
export const withoutCovered = (filters: readonly string[]): string[] =>
  filters.filter(
    (filter, at) =>
      !filters.some((other, i) => i !== at && covers(other, filter) && (i < at || !covers(filter, other))),
  );

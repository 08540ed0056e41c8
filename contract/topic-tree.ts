/** At this size the cache of answers starts anew: more topics than a broker of this kind carries. */
const CACHE_LIMIT = 20_000;

interface Branch<T> {
  readonly values: Set<T>;
  readonly children: Map<string, Branch<T>>;
}
const branch = <T>(): Branch<T> => ({ values: new Set(), children: new Map() });

/** Which values wait for a topic: MQTT filters with `+` and `#` in a tree, with remembered answers (MQTT 3.1.1 §4.7). */
export class TopicTree<T> {
  readonly #root: Branch<T> = branch();
  readonly #answers = new Map<string, readonly T[]>();

  add(filter: string, value: T): void {
    let at = this.#root;
    for (const part of filter.split("/")) {
      let next = at.children.get(part);
      if (next === undefined) at.children.set(part, (next = branch()));
      at = next;
    }
    at.values.add(value);
    this.#answers.clear();
  }

  remove(filter: string, value: T): void {
    prune(this.#root, filter.split("/"), 0, value);
    this.#answers.clear();
  }

  /** Each value once, however many of its filters match; the order is that of the tree. */
  match(topic: string): readonly T[] {
    const known = this.#answers.get(topic);
    if (known !== undefined) return known;
    const found = new Set<T>();
    collect(this.#root, topic.split("/"), 0, found);
    if (this.#answers.size >= CACHE_LIMIT) this.#answers.clear();
    const answer = [...found];
    this.#answers.set(topic, answer);
    return answer;
  }
}

function collect<T>(at: Branch<T>, parts: readonly string[], depth: number, found: Set<T>): void {
  // A wildcard in the first place does not match topics that begin with $.
  const isReserved = depth === 0 && parts[0]?.startsWith("$") === true;
  if (!isReserved) for (const value of at.children.get("#")?.values ?? []) found.add(value);
  const part = parts[depth];
  if (part === undefined) {
    for (const value of at.values) found.add(value);
    return;
  }
  const exact = at.children.get(part);
  if (exact !== undefined) collect(exact, parts, depth + 1, found);
  const any = isReserved ? undefined : at.children.get("+");
  if (any !== undefined) collect(any, parts, depth + 1, found);
}

/** Takes a value away, and with it the branches that nothing needs any more; says whether this branch is empty now. */
function prune<T>(at: Branch<T>, parts: readonly string[], depth: number, value: T): boolean {
  const part = parts[depth];
  if (part === undefined) at.values.delete(value);
  else {
    const next = at.children.get(part);
    if (next !== undefined && prune(next, parts, depth + 1, value)) at.children.delete(part);
  }
  return at.values.size === 0 && at.children.size === 0;
}

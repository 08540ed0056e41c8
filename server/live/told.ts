interface One<T> {
  value: T;
  /** Its JSON, which decides whether it is news. */
  text: string;
  room: string;
}

/** What was last told of things that belong to rooms; finds what is new, what is different and what is gone. */
export class Told<T> {
  readonly #idOf: (value: T) => string;
  readonly #all = new Map<string, One<T>>();
  readonly #byRoom = new Map<string, Set<string>>();

  constructor(idOf: (value: T) => string) {
    this.#idOf = idOf;
  }

  get(id: string): T | undefined {
    return this.#all.get(id)?.value;
  }

  values(): T[] {
    return [...this.#all.values()].map((one) => one.value);
  }

  /** Takes what a room has now; appends news and the ids of what it no longer has. */
  take(room: string, values: readonly T[], news: T[], gone: string[]): void {
    const before = this.#byRoom.get(room);
    const ids = new Set<string>();
    for (const value of values) {
      const id = this.#idOf(value);
      ids.add(id);
      const text = JSON.stringify(value);
      const known = this.#all.get(id);
      if (known?.text === text && known.room === room) continue;
      this.#all.set(id, { value, text, room });
      news.push(value);
    }
    for (const id of before ?? []) {
      // It may have moved to another room, which has told it already.
      if (ids.has(id) || this.#all.get(id)?.room !== room) continue;
      this.#all.delete(id);
      gone.push(id);
    }
    if (ids.size === 0) this.#byRoom.delete(room);
    else this.#byRoom.set(room, ids);
  }
}

import type { AlertView, DemoView, RoomView, SystemView } from "#contract/api/views.ts";
import type { LiveMessage } from "#contract/api/live.ts";
import type { LinkPhase } from "./live-link.ts";
import { emptyLiveState, type LiveState, stepLiveState } from "./live-state.ts";

/** How the link is, and since when (by this machine's clock). */
export interface LinkView {
  phase: LinkPhase;
  since: number;
}

type Collection = "rooms" | "demos" | "alerts";
interface Things {
  rooms: RoomView;
  demos: DemoView;
  alerts: AlertView;
}

/**
 * The feed's state outside React. A component subscribes to one thing by its id, or to a whole collection; messages are
 * applied once per frame, so that a burst costs one render of what really changed.
 */
export class LiveStore {
  #state: LiveState = emptyLiveState;
  /** Runs ahead of what is shown until the next frame. */
  #pending: LiveState = emptyLiveState;
  #link: LinkView = { phase: "connecting", since: 0 };
  #isScheduled = false;
  readonly #schedule: (task: () => void) => void;
  readonly #now: () => number;
  readonly #things = new Map<string, Set<() => void>>();
  readonly #lists: Record<Collection, { value: unknown; of: unknown }> = {
    rooms: { value: undefined, of: undefined },
    demos: { value: undefined, of: undefined },
    alerts: { value: undefined, of: undefined },
  };

  constructor(options: { schedule: (task: () => void) => void; now: () => number }) {
    this.#schedule = options.schedule;
    this.#now = options.now;
  }

  /** Takes a message of the feed. */
  accept(message: LiveMessage): "ok" | "hole" {
    const step = stepLiveState(this.#pending, message);
    if (step.kind === "hole") return "hole";
    if (step.kind === "moved") {
      this.#pending = step.state;
      if (!this.#isScheduled) {
        this.#isScheduled = true;
        this.#schedule(() => this.flush());
      }
    }
    return "ok";
  }

  /** Shows what has arrived. */
  flush(): void {
    this.#isScheduled = false;
    const before = this.#state;
    const after = this.#pending;
    if (before === after) return;
    this.#state = after;
    for (const kind of ["rooms", "demos", "alerts"] as const) this.#tellChanged(kind, before, after);
    if (before.system !== after.system) this.#tell("system");
    if ((before.epoch === undefined) !== (after.epoch === undefined)) this.#tell("first");
    this.#tell("at");
  }

  #tellChanged(kind: Collection, before: LiveState, after: LiveState): void {
    const old: ReadonlyMap<string, unknown> = before[kind];
    const now: ReadonlyMap<string, unknown> = after[kind];
    if (old === now) return;
    this.#tell(kind);
    for (const [key, listeners] of this.#things) {
      if (!key.startsWith(`${kind}:`)) continue;
      const id = key.slice(kind.length + 1);
      if (old.get(id) !== now.get(id)) for (const listener of listeners) listener();
    }
  }

  #tell(key: string): void {
    for (const listener of this.#things.get(key) ?? []) listener();
  }

  /** `key` is a collection, `system`, `link`, `first`, `at`, or `collection:id`. */
  subscribe(key: string, listener: () => void): () => void {
    const listeners = this.#things.get(key) ?? new Set();
    this.#things.set(key, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#things.delete(key);
    };
  }

  thing<K extends Collection>(kind: K, id: string): Things[K] | undefined {
    return (this.#state[kind] as ReadonlyMap<string, Things[K]>).get(id);
  }

  /** The whole collection; the same array until something in it changes. */
  list<K extends Collection>(kind: K): readonly Things[K][] {
    const map = this.#state[kind];
    const kept = this.#lists[kind];
    if (kept.of !== map) {
      kept.of = map;
      kept.value = [...map.values()];
    }
    return kept.value as readonly Things[K][];
  }

  get system(): SystemView | undefined {
    return this.#state.system;
  }

  /** Whether a first snapshot has come: before it, lists are unknown, not empty. */
  get hasData(): boolean {
    return this.#state.epoch !== undefined;
  }

  /** The server's time of the newest message that is shown. */
  get at(): string | undefined {
    return this.#state.at;
  }

  get link(): LinkView {
    return this.#link;
  }

  setLink(phase: LinkPhase): void {
    this.#link = { phase, since: this.#now() };
    this.#tell("link");
  }

  /** Where a new connection goes on from. */
  resumeFrom(): { epoch: string; since: number } | undefined {
    const { epoch, seq } = this.#pending;
    return epoch === undefined ? undefined : { epoch, since: seq };
  }

  /** Forgets everything: somebody else signs in. */
  clear(): void {
    this.#pending = emptyLiveState;
    this.flush();
  }
}

import type { Clock } from "#contract/clock.ts";
import { GreenroomError } from "#contract/errors.ts";
import { type Instant, later, type Millis, millis } from "#contract/units.ts";
import type { JournalPosition } from "../history.ts";
import type { PositionFile } from "./position-file.ts";

/** What shows that a server is still the same process: when it began, and a count that only grows. */
export interface ServerHealth {
  startedAt: number;
  rowsTaken: number;
}

export interface SettlingOptions {
  file: PositionFile;
  clock: Clock;
  /** For how long an acknowledged write may be in the server's memory only. */
  settle: Millis;
  health: () => Promise<ServerHealth>;
}

const FEWEST_MS = 1_000;

/**
 * The position of an engine that acknowledges before it is safe. A write counts for good once it is old enough and the
 * server that took it still runs; when the server has begun anew, everything since is written again.
 */
export class SettlingPosition {
  readonly #options: SettlingOptions;
  #unsettled: { upTo: JournalPosition; at: Instant }[] = [];
  #server: ServerHealth | undefined;
  #checkedAt: Instant | undefined;

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  get position(): JournalPosition | undefined {
    return this.#options.file.position;
  }

  /** Knows the server before it is given anything. */
  async beforeWrite(): Promise<void> {
    if (this.#server === undefined) await this.#meet();
  }

  written(upTo: JournalPosition): Promise<void> {
    this.#unsettled.push({ upTo, at: this.#options.clock.now() });
    return Promise.resolve();
  }

  /** Rejects with STORE_DOWN when the server has forgotten what is not settled: the drain then begins again at `position`. */
  async check(): Promise<void> {
    const { clock, settle, file } = this.#options;
    const now = clock.now();
    const pace = millis(Math.max(FEWEST_MS, settle / 4));
    if (this.#unsettled.length === 0 || (this.#checkedAt !== undefined && now < later(this.#checkedAt, pace))) return;
    this.#checkedAt = now;
    await this.#meet();
    const settled = this.#unsettled.filter(({ at }) => later(at, settle) <= now);
    const newest = settled.at(-1);
    if (newest === undefined) return;
    this.#unsettled = this.#unsettled.slice(settled.length);
    await file.save(newest.upTo);
  }

  async #meet(): Promise<void> {
    const before = this.#server;
    const server = await this.#options.health().catch((error: unknown) => {
      this.#forget();
      throw error;
    });
    const isSame =
      before === undefined || (before.startedAt === server.startedAt && before.rowsTaken <= server.rowsTaken);
    this.#server = server;
    if (isSame) return;
    this.#forget();
    throw new GreenroomError("STORE_DOWN", "the history store has begun anew; what it may have lost is written again");
  }

  #forget(): void {
    this.#server = undefined;
    this.#unsettled = [];
  }
}

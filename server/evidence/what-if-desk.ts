import { randomUUID } from "node:crypto";
import type { WhatIfAnswer, WhatIfInput, WhatIfView } from "#contract/api/what-if.ts";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { hours, type Instant, parseInstant, rfc3339 } from "#contract/units.ts";

/** A span of a site's recorded past. */
export interface PastSpan {
  site: string;
  from: Instant;
  to: Instant;
}

/**
 * Runs a span through today's rules, away from this thread; rejects when it cannot, or when the signal says that nobody waits
 * for it any more. The command line has the one that runs the real gateway.
 */
export type RunPast = (
  span: PastSpan,
  onProgress: (share: number) => void,
  signal: AbortSignal,
) => Promise<WhatIfAnswer>;

export interface WhatIfDeskOptions {
  clock: Clock;
  log: Log;
  run: RunPast;
  /** The sites that there are. */
  sites: () => readonly string[];
}

/** A week of a building of 200 rooms is minutes of one core: more is for the command line. */
const LONGEST = hours(7 * 24);
const MOST_REMEMBERED = 8;

/** "What would we have been told?", asked by facilities: one at a time, so that what is live keeps its core. */
export class WhatIfDesk {
  readonly #options: WhatIfDeskOptions;
  /** By their ids, oldest first. */
  readonly #known = new Map<string, WhatIfView>();
  #running: { id: string; abort: AbortController } | undefined;

  constructor(options: WhatIfDeskOptions) {
    this.#options = options;
  }

  /** INPUT_INVALID for a span that cannot be looked at, CONFLICT while another one is looked at. */
  start(input: WhatIfInput, by: string): WhatIfView {
    const { clock, run, log } = this.#options;
    const span = this.#spanOf(input);
    if (this.#running !== undefined)
      throw new GreenroomError("CONFLICT", `${this.#by(this.#running.id)} looks at another span: wait until that ends`);
    const id = randomUUID();
    const abort = new AbortController();
    this.#running = { id, abort };
    this.#keep({
      id,
      site: span.site,
      from: rfc3339(span.from),
      to: rfc3339(span.to),
      state: "running",
      asked_at: rfc3339(clock.now()),
      by,
      progress: 0,
    });
    const progressed = (share: number): void => this.#change(id, { progress: Math.min(1, Math.max(0, share)) });
    const ended = (end: Partial<WhatIfView>): void => {
      this.#running = undefined;
      this.#change(id, end);
    };
    run(span, progressed, abort.signal).then(
      (answer) => ended({ state: "done", progress: 1, answer }),
      (error: unknown) => {
        if (!abort.signal.aborted) log.warn({ why: messageOf(error) }, "the past could not be looked at");
        ended({ state: "failed", text: abort.signal.aborted ? "It was called off." : messageOf(error) });
      },
    );
    return this.view(id);
  }

  view(id: string): WhatIfView {
    const view = this.#known.get(id);
    if (view === undefined)
      throw new GreenroomError("NOT_FOUND", "that look at the past is no longer known: ask again");
    return view;
  }

  /** Those that are remembered, newest first, without what came out. */
  list(): WhatIfView[] {
    return [...this.#known.values()].toReversed().map((view) => {
      const { answer: _, ...short } = view;
      return short;
    });
  }

  /** Calls off what runs; what has ended is forgotten. */
  cancel(id: string): void {
    this.view(id);
    if (this.#running?.id === id) this.#running.abort.abort();
    else this.#known.delete(id);
  }

  stop(): void {
    this.#running?.abort.abort();
  }

  #spanOf(input: WhatIfInput): PastSpan {
    const invalid = (text: string): GreenroomError => new GreenroomError("INPUT_INVALID", text);
    const from = parseInstant(input.from);
    const to = parseInstant(input.to);
    if (from === undefined || to === undefined) throw invalid("from and to must be times with their zone");
    if (from >= to) throw invalid("from: must be before its end");
    if (to > this.#options.clock.now()) throw invalid("to: is in the future");
    if (to - from > LONGEST) throw invalid("the span is longer than 7 days: greenroom what-if takes any");
    const sites = this.#options.sites();
    const site = input.site ?? sites[0];
    if (site === undefined || !sites.includes(site)) throw new GreenroomError("NOT_FOUND", "there is no such site");
    if (input.site === undefined && sites.length > 1) throw invalid(`site: which of ${sites.join(", ")}`);
    return { site, from, to };
  }

  #by(id: string): string {
    return this.#known.get(id)?.by ?? "Somebody";
  }

  #keep(view: WhatIfView): void {
    this.#known.set(view.id, view);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
  }

  #change(id: string, change: Partial<WhatIfView>): void {
    const known = this.#known.get(id);
    if (known !== undefined) this.#known.set(id, { ...known, ...change });
  }
}

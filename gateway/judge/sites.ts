import type { Cancel, Clock } from "#contract/clock.ts";
import { parseRoomKey } from "#contract/ids.ts";
import type { Alert, AlertReply, SiteMemory } from "#contract/messages/alert.ts";
import { minutes, rfc3339 } from "#contract/units.ts";
import { SiteLearner } from "../forecast/site/site-learner.ts";
import { takeAlert } from "../forecast/site/take-alert.ts";

/** What was taught is remembered this often, where there is anything new. */
const REMEMBER_EVERY = minutes(10);
const VERSION = 1;
export interface SitesOptions {
  clock: Clock;
  /** Without anybody who keeps it, what was learned is not put together. */
  remember: ((site: string, memory: SiteMemory) => void) | undefined;
}

/** What each site has learned, remembered over a restart. */
export class Sites {
  readonly #options: SitesOptions;
  readonly #learners = new Map<string, SiteLearner>();
  #cancel: Cancel | undefined;

  constructor(options: SitesOptions) {
    this.#options = options;
  }

  learner(site: string): SiteLearner {
    let learner = this.#learners.get(site);
    if (learner === undefined) {
      learner = new SiteLearner(site);
      this.#learners.set(site, learner);
    }
    this.#cancel ??= this.#options.clock.every(REMEMBER_EVERY, () => this.#remember());
    return learner;
  }

  /** Puts back what was remembered, before anything is judged. Alerts may have been heard before it: what they say stays. */
  recall(site: string, { version, state }: SiteMemory): void {
    if (version !== VERSION) return;
    const learner = SiteLearner.from(site, state);
    const before = this.#learners.get(site);
    if (before === undefined) this.#learners.set(site, learner);
    else before.takeOver(learner);
  }

  takeAct(key: string, act: { alert: Alert } | { id: string; reply: AlertReply }): void {
    const learner = this.learner(parseRoomKey(key).site);
    if ("alert" in act) takeAlert(learner, act.alert);
    else learner.acts.takeReply(act.id, act.reply);
  }

  /** The wire may have forgotten what was remembered. */
  tellAgain(): void {
    for (const learner of this.#learners.values()) learner.isDirty = true;
  }

  /** Remembers what is new once more. */
  stop(): void {
    this.#cancel?.();
    this.#remember();
  }

  #remember(): void {
    const at = rfc3339(this.#options.clock.now());
    for (const [site, learner] of this.#learners) {
      if (!learner.isDirty) continue;
      learner.isDirty = false;
      this.#options.remember?.(site, { at, version: VERSION, state: learner.toJSON() });
    }
  }
}

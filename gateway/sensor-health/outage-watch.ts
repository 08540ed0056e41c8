import type { Instant, Millis } from "#contract/units.ts";
import type { OutageCause, SilenceWatch, WatchedDevice } from "./silence-watch.ts";

/** One site's watch: when most devices behind one agent, or of the site, fall silent within minutes, that is one cause. */
export class OutageWatch implements SilenceWatch {
  constructor(_site: string) {}
  known(_device: WatchedDevice, _limit: Millis): void {}
  silent(_device: WatchedDevice, _since: Instant, _now: Instant): void {}
  heard(_device: WatchedDevice, _at: Instant): void {}
  causeOf(_device: WatchedDevice, _since: Instant): OutageCause | undefined {
    return undefined;
  }
  /** Rooms (`site/room`) whose findings changed their kind or cause since the last call: judge them again. */
  takeChanged(): string[] {
    return [];
  }
}

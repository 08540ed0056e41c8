import type { Clock } from "#contract/clock.ts";
import { hours, type Millis } from "#contract/units.ts";
import type { Store } from "./open-store.ts";

/** For how long what is over is remembered. */
export interface Retention {
  /** Alerts, from their end on. One that is open stays. */
  alerts: Millis;
  /** Who did what. */
  audit: Millis;
  /** How rooms were judged. */
  verdicts: Millis;
}

/** As the configuration says it. */
export const retentionOf = ({ alerts_days = 400, audit_days = 400, verdicts_days = 30 } = {}): Retention => ({
  alerts: hours(24 * alerts_days),
  audit: hours(24 * audit_days),
  verdicts: hours(24 * verdicts_days),
});
/** So many at a time: nobody's change waits long for a tidy-up. */
const AT_ONCE = 500;

/** Forgets what is older than that; the number of rows that are gone. */
export async function forgetOld(store: Store, clock: Clock, retention: Retention): Promise<number> {
  const now = clock.now();
  const forget = {
    alerts: () => store.alerts.removeClosed({ beforeMs: now - retention.alerts, limit: AT_ONCE }),
    audit: () => store.audit.removeOlder({ beforeMs: now - retention.audit, limit: AT_ONCE }),
    // Their entries in the audit log say who, and stay as long.
    commands: () => store.commands.removeOlder({ beforeMs: now - retention.audit, limit: AT_ONCE }),
    verdicts: () => store.verdicts.removeOlder({ beforeMs: now - retention.verdicts, limit: AT_ONCE }),
  };
  let gone = 0;
  for (const remove of Object.values(forget)) {
    for (let removed = AT_ONCE; removed === AT_ONCE; gone += removed) {
      removed = await remove();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return gone;
}

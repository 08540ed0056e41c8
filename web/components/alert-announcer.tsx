import { type ReactElement, useEffect, useRef, useState } from "react";
import { useAlerts } from "../data/live/use-live.ts";
import { isStandby } from "./work-list/standbys.ts";

/** Tells a screen reader of alerts that are raised while the page is open; never of those that were there. */
export function AlertAnnouncer(): ReactElement {
  const alerts = useAlerts();
  const seen = useRef<Set<string> | undefined>(undefined);
  const [message, setMessage] = useState("");
  useEffect(() => {
    const before = seen.current;
    seen.current = new Set(alerts.map((alert) => alert.id));
    if (before === undefined || before.size === 0) return;
    const fresh = alerts.filter((alert) => !before.has(alert.id) && !isStandby(alert));
    if (fresh.length > 0) setMessage(fresh.map((alert) => `New: ${alert.room_name}. ${alert.sentence}`).join(" "));
  }, [alerts]);
  return (
    <div className="visually-hidden" aria-live="polite" data-testid="alert-announcer">
      {message}
    </div>
  );
}

import type { DeviceView } from "#contract/api/views.ts";

interface DeviceWords {
  word: string;
  /** Which colours say it: those of a status. */
  tone: "ready" | "unknown" | "not_ready";
}

/** How a device is. Asleep is normal: it is woken before a visit. */
export const deviceWords: Readonly<Record<DeviceView["state"], DeviceWords>> = {
  online: { word: "Online", tone: "ready" },
  sleeping: { word: "Asleep", tone: "ready" },
  offline: { word: "Offline", tone: "not_ready" },
  unreachable: { word: "Can't be reached", tone: "unknown" },
  unknown: { word: "Not heard yet", tone: "unknown" },
};

/** Names an interval: "every 60 s", "every 5 min", "every hour". */
export function everyWords(seconds: number): string {
  if (seconds < 120) return `every ${Math.round(seconds)}\u00A0s`;
  if (seconds < 3_600) return `every ${Math.round(seconds / 60)}\u00A0min`;
  const hours = Math.round(seconds / 3_600);
  return hours === 1 ? "every hour" : `every ${hours}\u00A0h`;
}

import type { Episode } from "./episode.ts";
import { traits } from "./metric-traits.ts";

/** Says what is wrong with a sensor as a person would: what it claims, since when, why that is no room. */
export function sentenceOf(episode: Episode, device: string, zone: string): string {
  const trait = traits.get(episode.metric);
  const name = trait?.name ?? episode.metric;
  const say = (value: number | undefined): string =>
    value === undefined ? "?" : `${value.toFixed(trait?.digits ?? 1)} ${trait?.unit ?? ""}`.trim();
  const since = `${episode.to === undefined ? "since" : "from"} ${timeIn(zone, episode.from)}${episode.to === undefined ? "" : ` to ${timeIn(zone, episode.to)}`}`;
  switch (episode.kind) {
    case "out_of_range":
      return `${device} claims a ${name} of ${say(episode.worst)} ${since}: no room is like that. Sensor fault.`;
    case "spike": {
      const often = episode.reports > 1 ? ` ${String(episode.reports)} times` : "";
      const among = episode.usual === undefined ? "" : ` among reports of ${say(episode.usual)}`;
      return `${device} jumped to a ${name} of ${say(episode.worst)}${often} ${since}${among}: a glitch of the sensor, not the room.`;
    }
    case "stuck":
      return episode.usual === undefined
        ? `${device} has said ${say(episode.worst)} of ${name} ${since} without the least change: its sensor is stuck.`
        : `${device} has reported ${name} of ${say(episode.usual)} to ${say(episode.worst)} ${since}, by day and night alike: its sensor is stuck.`;
    case "drift":
      return `${device} reports ${name} ${say(episode.worst)} away from its own history and from the others ${since}: its sensor drifts.`;
    case "never_fires":
      return `${device} has seen no ${name} ${since} although the room is used: it is dead or blocked.`;
    case "never_reported":
      return `${device} is on the room card and was not heard of ${since}.`;
    case "outage":
      return `${device} was not heard of ${since}, ${together(episode)}: one outage (${episode.cause ?? ""}), not a fault of this room.`;
    case "silent":
  }
  return episode.metric === "*" ? `${device} was silent ${since}.` : `${device} spoke but sent no ${name} ${since}.`;
}

function together({ rooms = 1, devices = 1 }: Episode): string {
  return rooms > 1
    ? `like ${String(devices - 1)} others in ${String(rooms)} rooms`
    : `like ${String(devices - 1)} others beside it`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** "Fri 16:05" in that zone. */
function timeIn(zone: string, atMs: number): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(atMs).map((part) => [part.type, part.value]));
  return `${parts["weekday"] ?? ""} ${parts["hour"] ?? ""}:${parts["minute"] ?? ""}`;
}

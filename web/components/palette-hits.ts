import type { DemoView, RoomView } from "#contract/api/views.ts";
import { roomStatus, type Status } from "../words/status-words.ts";
import { whenWords } from "../words/time-words.ts";
import { floorWords } from "../words/floor-words.ts";

export interface Hit {
  id: string;
  title: string;
  detail: string;
  status: Status;
  roomKey: string;
}

const MOST = 12;

interface SearchIn {
  text: string;
  rooms: readonly RoomView[];
  demos: readonly DemoView[];
  now: number;
}

/** Every word typed must be part of the name; names that begin so come first, then visits in order of time. */
export function findHits({ text, rooms, demos, now }: SearchIn): Hit[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const ranked: (Hit & { rank: number })[] = [];
  const offer = (name: string, order: number, hit: Hit): void => {
    const hay = name.toLowerCase();
    if (!words.every((word) => hay.includes(word))) return;
    ranked.push({ ...hit, rank: (words[0] !== undefined && hay.startsWith(words[0]) ? 0 : 1e6) + order });
  };
  for (const [index, room] of rooms.entries())
    offer(`${room.name} ${room.floor}`, index, {
      id: room.key,
      title: room.name,
      detail: `${floorWords(room.floor)} · ${room.seats} seats`,
      status: roomStatus(room),
      roomKey: room.key,
    });
  const coming = demos.filter((demo) => Date.parse(demo.end) > now).toSorted((a, b) => (a.start < b.start ? -1 : 1));
  for (const [index, demo] of coming.entries())
    offer(`${demo.account ?? ""} ${demo.title} ${demo.room_name}`, 1e3 + index, {
      id: demo.id,
      title: demo.account ?? demo.title,
      detail: `${demo.room_name} · ${whenWords(Date.parse(demo.start), now, demo.zone)}`,
      status: demo.status,
      roomKey: demo.room_key,
    });
  return ranked.toSorted((a, b) => a.rank - b.rank).slice(0, MOST);
}

import { median } from "./level.ts";

/** How far a sensor's daily level has moved from its own history. */
export interface Shift {
  metric: string;
  /** `site/room`. */
  room: string;
  device: string;
  /** Days since 1970, UTC. */
  day: number;
  shift: number;
}

interface Peer {
  room: string;
  device: string;
  shifts: Map<number, number>;
}

const DAYS_KEPT = 3;
/** With fewer rooms there is no telling who is odd. */
const ROOMS_AT_LEAST = 4;

/** A site's daily levels, so that one sensor's drift is told from the weather, which moves all of them. */
export class PeerLevels {
  readonly #metrics = new Map<string, Map<string, Peer>>();

  note({ metric, room, device, day, shift }: Shift): void {
    let peers = this.#metrics.get(metric);
    if (peers === undefined) this.#metrics.set(metric, (peers = new Map()));
    const key = `${room}/${device}`;
    let peer = peers.get(key);
    if (peer === undefined) peers.set(key, (peer = { room, device, shifts: new Map() }));
    peer.shifts.set(day, shift);
    for (const old of peer.shifts.keys()) if (old <= day - DAYS_KEPT) peer.shifts.delete(old);
  }

  /** How far the same room's other sensors of this metric moved that day (median), and those of the other rooms. */
  others({ metric, room, device, day }: Shift): { inRoom?: number; elsewhere?: number } {
    const inRoom: number[] = [];
    const elsewhere: number[] = [];
    for (const peer of this.#metrics.get(metric)?.values() ?? []) {
      const shift = peer.shifts.get(day);
      if (shift === undefined || (peer.room === room && peer.device === device)) continue;
      (peer.room === room ? inRoom : elsewhere).push(shift);
    }
    return {
      ...(inRoom.length === 0 ? {} : { inRoom: median(inRoom) }),
      ...(elsewhere.length < ROOMS_AT_LEAST ? {} : { elsewhere: median(elsewhere) }),
    };
  }
}

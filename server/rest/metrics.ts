import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RoomFigures, roomFigures } from "../live/room-figures.ts";

/** Figures for Prometheus, in a registry of their own, so that several servers can live in one process (tests do). */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #duration: Histogram<"method" | "route" | "status">;
  readonly #dropped: Counter;
  readonly #live: Gauge;
  readonly #others = new Map<string, Gauge>();
  readonly #gauges: () => Record<string, number>;
  readonly #rooms: RoomGauges;

  constructor(gauges: () => Record<string, number>) {
    this.#gauges = gauges;
    this.#rooms = new RoomGauges(this.#registry);
    const registers = [this.#registry];
    this.#duration = new Histogram({
      name: "greenroom_http_request_duration_seconds",
      help: "Time to answer a request.",
      labelNames: ["method", "route", "status"],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    });
    this.#dropped = new Counter({
      name: "greenroom_live_clients_dropped_total",
      help: "Live clients that were too slow and were told to resume.",
      registers,
    });
    this.#live = new Gauge({ name: "greenroom_live_clients", help: "Browsers on the live feed.", registers });
  }

  answered(method: string, route: string, status: number, seconds: number): void {
    this.#duration.observe({ method, route, status: String(status) }, seconds);
  }

  liveClient(change: 1 | -1): void {
    this.#live.inc(change);
  }

  liveDropped(): void {
    this.#dropped.inc();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The text that Prometheus reads. */
  async text({ rooms, leftOut }: ReturnType<typeof roomFigures>): Promise<string> {
    this.#rooms.set(rooms);
    this.#gauge("greenroom_rooms_left_out")?.set(leftOut);
    for (const [name, value] of Object.entries(this.#gauges())) this.#gauge(name)?.set(value);
    const { rss, heapUsed } = process.memoryUsage();
    this.#gauge("greenroom_process_resident_memory_bytes")?.set(rss);
    this.#gauge("greenroom_process_heap_used_bytes")?.set(heapUsed);
    this.#gauge("greenroom_process_cpu_seconds")?.set(process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6);
    return this.#registry.metrics();
  }

  #gauge(name: string): Gauge | undefined {
    const full = name.startsWith("greenroom_") ? name : `greenroom_${name}`;
    if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(full)) return undefined;
    let gauge = this.#others.get(full);
    if (gauge === undefined) {
      gauge = new Gauge({ name: full, help: full.replaceAll("_", " "), registers: [this.#registry] });
      this.#others.set(full, gauge);
    }
    return gauge;
  }
}

const roomGauges: Readonly<Record<Exclude<keyof RoomFigures, "site" | "room">, { name: string; help: string }>> = {
  outcome: {
    name: "greenroom_room_outcome",
    help: "Verdict on the room now: 0 ready, 1 degraded, 2 unknown, 3 not ready.",
  },
  score: { name: "greenroom_room_score", help: "Score of the room now, 0 to 100." },
  alerts: { name: "greenroom_room_open_alerts", help: "Alerts of the room that are not resolved." },
  next_visit_s: {
    name: "greenroom_room_next_visit_seconds",
    help: "Until the next visit arrives; negative while it is there; absent without one.",
  },
  act_by_s: {
    name: "greenroom_room_act_by_seconds",
    help: "Until somebody must act at the latest; negative once that has passed; absent without an alert.",
  },
};

/** A gauge a figure, with site and room as its labels; a room that is gone takes its series along. */
class RoomGauges {
  readonly #gauges: [keyof typeof roomGauges, Gauge<"site" | "room">][];

  constructor(registry: Registry) {
    this.#gauges = Object.entries(roomGauges).map(([figure, { name, help }]) => [
      figure as keyof typeof roomGauges,
      new Gauge({ name, help, labelNames: ["site", "room"], registers: [registry] }),
    ]);
  }

  set(rooms: readonly RoomFigures[]): void {
    for (const [figure, gauge] of this.#gauges) {
      gauge.reset();
      for (const { site, room, [figure]: value } of rooms) if (value !== undefined) gauge.set({ site, room }, value);
    }
  }
}

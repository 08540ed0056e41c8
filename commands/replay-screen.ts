import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#contract/system-clock.ts";
import { type DataSetKind } from "#simulators/recorded/recorded.ts";
import { type DataSet, openDataSet } from "#simulators/recorded/data-set.ts";
import { cardOf } from "#simulators/replay/room-card.ts";
import type { SiteSeed } from "#server/planning/site-seed.ts";
import type { Bus } from "#contract/bus.ts";
import { roomKey } from "#contract/ids.ts";
import { parseTopic } from "#contract/wire.ts";
import type { DemosByRoom } from "#simulators/replay/demo-feed.ts";
import { runReplay } from "#simulators/replay/run-replay.ts";
import { startScaledClock } from "#simulators/replay/scaled-clock.ts";
import { type AllInOne, startAllInOne } from "./all-in-one.ts";
import { programLog } from "./program-log.ts";
import { print, untilStopped } from "./run.ts";
import { loadSettings } from "./settings.ts";

interface ReplayScreenOptions {
  data: string;
  speed: number;
  kind?: DataSetKind;
  rooms?: readonly string[];
  demos?: DemosByRoom;
}

/**
 * Replays at a speed that can be watched: the whole program runs on recorded time in a data folder of its own, and the web
 * shows the rooms as they were.
 */
export async function startReplayScreen(options: ReplayScreenOptions): Promise<void> {
  const data = await openDataSet(options.data, {
    ...(options.kind === undefined ? {} : { kind: options.kind }),
    ...(options.rooms === undefined ? {} : { rooms: options.rooms }),
  });
  const folder = mkdtempSync(join(tmpdir(), "greenroom-replay-"));
  try {
    await watch(data, folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit();
}

/** Plays to the end of the recording, or until it is told to stop. */
async function watch(data: DataSet, folder: string, { speed, demos = new Map() }: ReplayScreenOptions): Promise<void> {
  const stopped = untilStopped().then(() => undefined);
  const clock = startScaledClock(systemClock, data.start, speed);
  const program = await startAllInOne({
    settings: { ...loadSettings({ dataDir: folder }), sample: false },
    clock,
    peopleClock: systemClock,
    log: programLog("warn"),
  });
  try {
    const link = await program.server.signInLink("facilities");
    print(`Recorded time runs ${speed} times as fast. Watch it at\n\n  ${link}\n\nStop with Ctrl-C.`);
    const site = data.kind;
    await program.server.load(seedOf(data, site, demos));
    const bus = recordedBus(await program.bus("replay"), program);
    const result = await Promise.race([runReplay({ data, site, speed, bus, clock, demos }), stopped]);
    if (result === undefined) print("\nStopped before its end.");
    else {
      const { rooms, readings, findings, alerts } = result;
      print(`${rooms} rooms, ${readings} readings, ${findings.length} findings, ${alerts} alerts.`);
    }
  } finally {
    await program.stop();
  }
}

/** The recorded rooms and the demos of their calendar, as the server's own. */
function seedOf(data: DataSet, site: string, demos: DemosByRoom): SiteSeed {
  return {
    site,
    rooms: data.rooms.map((room) => ({ room: room.room, card: cardOf(room, site) })),
    demos: data.rooms.flatMap(({ room }) =>
      (demos.get(room) ?? []).map((demo) => ({ ...demo, room: roomKey(site, room), title: demo.title })),
    ),
    bookings: [],
    maintenance: [],
    people: [],
  };
}

/** The replay speaks inside the process; its readings are recorded as if they had come from outside, so that charts show them. */
function recordedBus(bus: Bus, program: AllInOne): Bus {
  return {
    publish(topic, payload, options) {
      // Not waited for: a commit takes longer than recorded readings are apart at this speed, and nobody here needs its answer.
      if (parseTopic(topic)?.kind === "reading")
        program
          .record({ topic, payload: typeof payload === "string" ? Buffer.from(payload) : payload })
          .catch(() => {});
      return bus.publish(topic, payload, options);
    },
    subscribe: (filter, handler) => bus.subscribe(filter, handler),
    settled: () => bus.settled(),
    get connected() {
      return bus.connected;
    },
    onLink: (listener) => bus.onLink(listener),
    close: () => bus.close(),
  };
}

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
import { print } from "./run.ts";
import { loadSettings } from "./settings.ts";

/**
 * Replays at a speed that can be watched: the whole program runs on recorded time in a data folder of its own, and the web
 * shows the rooms as they were.
 */
export async function startReplayScreen(options: {
  data: string;
  speed: number;
  kind?: DataSetKind;
  rooms?: readonly string[];
  demos?: DemosByRoom;
}): Promise<void> {
  const data = await openDataSet(options.data, {
    ...(options.kind === undefined ? {} : { kind: options.kind }),
    ...(options.rooms === undefined ? {} : { rooms: options.rooms }),
  });
  const clock = startScaledClock(systemClock, data.start, options.speed);
  const folder = mkdtempSync(join(tmpdir(), "greenroom-replay-"));
  const program = await startAllInOne({
    settings: { ...loadSettings({ dataDir: folder }), sample: false },
    clock,
    log: programLog("warn"),
  });
  print(
    `Recorded time runs ${options.speed} times as fast. Watch it at\n\n  ${await program.server.signInLink("facilities")}\n`,
  );
  const site = data.kind;
  await program.server.load(seedOf(data, site, options.demos ?? new Map()));
  try {
    const result = await runReplay({
      data,
      site,
      speed: options.speed,
      bus: recordedBus(await program.bus("replay"), program),
      clock,
      ...(options.demos === undefined ? {} : { demos: options.demos }),
    });
    print(
      `${result.rooms} rooms, ${result.readings} readings, ${result.findings.length} findings, ${result.alerts} alerts.`,
    );
  } finally {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit();
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

import { CallBook } from "./call-book.ts";
import type { Policy, Setting } from "./policy.ts";
import { Seen } from "./seen.ts";

const EVERY_MIN = 5;
const NIGHT_OVER_MIN = 480;
/** Gear must be bad this long, min. */
const LASTED_MIN = 5;

/** Calls whenever a value is out of bounds, as home automation does: in every room, or in those with a visit within so many hours. */
export function threshold(setting: Setting, withinMin: number | undefined): Policy {
  const { building } = setting;
  const seen = new Seen(building);
  const book = new CallBook(setting);
  book.reopens = new Set(["disp_off", "disp_dead", "codec", "mic", "net", "climate", "sensor"]);

  const look = (room: number): void => {
    if (seen.isLost(room)) return book.keepOnly(room, []);
    const { minute } = building;
    const bad = seen.badGear(room, LASTED_MIN, ["display", "codec", "mic"]);
    const air = seen.air(room);
    const [low, high] = building.comfort.ready;
    if (air !== undefined && (air.temperature < low || air.temperature > high) && minute >= NIGHT_OVER_MIN)
      bad.push("climate");
    if (air !== undefined && air.co2 > 1_220) bad.push("air");
    for (const kind of bad) book.raise(`${room}.${kind}`, kind, { room, due: minute });
    book.keepOnly(room, bad);
  };
  return {
    reading: (...heard) => seen.reading(...heard),
    sleeps: () => {},
    agent: (...heard) => seen.agent(...heard),
    startDay: () => book.startDay(),
    minute() {
      if (building.minute % EVERY_MIN !== 0 || !setting.isScored()) return;
      const soon = building.plan.visits.filter(({ arrival }) => {
        const lead = arrival - building.minute;
        return lead > 0 && lead <= (withinMin ?? 0);
      });
      const rooms =
        withinMin === undefined ? building.world.rooms.map(({ index }) => index) : soon.map(({ room }) => room);
      for (const room of new Set(rooms)) look(room);
    },
    endDay: () => {},
  };
}

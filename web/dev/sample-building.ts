import type { AlertView, DemoView, RoomView, SystemView } from "#contract/api/views.ts";
import type { DemoReadiness, DemoStatus, Verdict } from "#contract/messages/readiness.ts";
import { type CheckChange, makeVerdict } from "./sample-verdicts.ts";
import { type AlertStory, makeAlert } from "./sample-alerts.ts";

/** A building as it might be at twenty to nine: most rooms fine, and one of each thing that can be wrong. */
export interface Building {
  rooms: RoomView[];
  demos: DemoView[];
  alerts: AlertView[];
  system: SystemView;
  verdicts: Map<string, Verdict>;
}

const SITE = "harbour-house";
const ZONE = "Europe/Amsterdam";
const MINUTE = 60_000;

const names = [
  ["12F", "Harbour", 12],
  ["12F", "Peak", 8],
  ["12F", "Victoria", 20],
  ["12F", "Aberdeen", 6],
  ["12F", "Stanley", 6],
  ["12F", "Admiralty", 10],
  ["12F", "Lantern", 4],
  ["12F", "Kestrel", 8],
  ["11F", "Lotus", 10],
  ["11F", "Jade", 8],
  ["11F", "Magnolia", 6],
  ["11F", "Willow", 6],
  ["11F", "Juniper", 4],
  ["11F", "Heron", 14],
  ["11F", "Osprey", 8],
  ["11F", "Plover", 4],
  ["10F", "Orchid", 8],
  ["10F", "Cedar", 8],
  ["10F", "Maple", 6],
  ["10F", "Rowan", 10],
  ["10F", "Aspen", 4],
  ["10F", "Linden", 12],
  ["10F", "Hazel", 6],
  ["10F", "Sorrel", 4],
] as const;

interface Visit {
  room: string;
  account: string;
  at: string;
  minutes: number;
  status?: DemoStatus;
  sentence?: string;
  p?: number;
  basis?: "learned" | "prior";
  changes?: readonly CheckChange[];
  actBy?: string;
  mine?: boolean;
  doing?: string;
}

const visits: readonly Visit[] = [
  {
    room: "victoria",
    account: "Globex",
    at: "09:00",
    minutes: 60,
    status: "too_late",
    p: 0.08,
    actBy: "08:35",
    sentence: "Display does not switch on since 08:12; a swap takes 43 min. Admiralty is ready and free.",
    changes: [
      {
        check: "display",
        outcome: "not_ready",
        code: "DISPLAY_OFF",
        sentence: "Display does not answer to “on” since 08:12.",
        lost: 61,
        value: "off",
        limit: "on, or wakes",
      },
    ],
  },
  {
    room: "harbour",
    account: "Acme",
    at: "09:30",
    minutes: 90,
    status: "at_risk",
    p: 0.62,
    actBy: "08:52",
    mine: true,
    sentence: "18.1 °C, needs 20–24 °C; will reach 19.3 °C at 09:30 unless heating is raised.",
    changes: [
      {
        check: "temperature",
        outcome: "not_ready",
        code: "TOO_COLD",
        sentence: "18.1 °C, needs 20–24 °C; rising 1.4 K an hour.",
        lost: 38,
        value: 18.1,
      },
      {
        check: "humidity",
        outcome: "degraded",
        code: "HUMID",
        sentence: "62 %, a little above 60 %.",
        lost: 3,
        value: 62,
      },
    ],
  },
  {
    room: "jade",
    account: "Delta Bank",
    at: "10:30",
    minutes: 60,
    status: "not_ready",
    p: 0.71,
    actBy: "10:05",
    doing: "Priya took it at 08:31",
    sentence: "Codec is not registered since 08:20; without it there is no video call.",
    changes: [
      {
        check: "video_call",
        outcome: "not_ready",
        code: "CODEC_UNREGISTERED",
        sentence: "Codec not registered for 21 min.",
        lost: 61,
        value: false,
      },
    ],
  },
  {
    room: "lotus",
    account: "Beta Industries",
    at: "11:00",
    minutes: 60,
    status: "degraded",
    p: 0.96,
    mine: true,
    sentence: "Usable: projector lamp has burned 96 % of its life.",
    changes: [
      {
        check: "display",
        outcome: "degraded",
        code: "LAMP_OLD",
        sentence: "Projector lamp has burned 96 % of its rated life.",
        lost: 9,
        value: 96,
        metric: "lamp_used_pct",
        limit: "≤ 95 %",
      },
    ],
  },
  {
    room: "cedar",
    account: "Northwind",
    at: "12:00",
    minutes: 45,
    status: "unknown",
    p: 0.58,
    basis: "prior",
    actBy: "11:20",
    sentence: "Can't tell: nothing heard from this room since 08:19; its edge agent is offline.",
    changes: [
      {
        check: "video_call",
        outcome: "unknown",
        code: "UNREACHABLE",
        sentence: "Codec unreachable since 08:19.",
        lost: 17,
        freshness: 0,
      },
      {
        check: "temperature",
        outcome: "unknown",
        code: "UNREACHABLE",
        sentence: "Last 21.2 °C at 08:19.",
        lost: 14,
        freshness: 0,
      },
      {
        check: "co2",
        outcome: "unknown",
        code: "UNREACHABLE",
        sentence: "Last 610 ppm at 08:19.",
        lost: 10,
        freshness: 0,
      },
    ],
  },
  {
    room: "peak",
    account: "Initech",
    at: "13:00",
    minutes: 60,
    status: "maintenance",
    p: 0.93,
    sentence: "In maintenance until 11:00: carpet cleaning. Free two hours before the visit.",
  },
  { room: "admiralty", account: "Umbra Legal", at: "10:00", minutes: 60, p: 0.98 },
  { room: "heron", account: "Stark Freight", at: "09:00", minutes: 120, p: 0.99 },
  { room: "magnolia", account: "Wonka", at: "11:30", minutes: 60, p: 0.97, mine: true },
  { room: "linden", account: "Soylent", at: "13:30", minutes: 90, p: 0.97 },
  { room: "kestrel", account: "Hooli", at: "14:00", minutes: 60, p: 0.96 },
  { room: "harbour", account: "Cyberdyne", at: "14:00", minutes: 60, p: 0.97 },
  { room: "lotus", account: "Tyrell", at: "15:00", minutes: 60, p: 0.95, mine: true },
  { room: "rowan", account: "Vandelay", at: "16:00", minutes: 45, p: 0.91, basis: "prior", status: "ready" },
];

/** The instant of a wall-clock time on the day of `now`; the sample building stands where that day has no clock change. */
function timeOn(now: number, text: string): number {
  const local = new Intl.DateTimeFormat("en-GB", {
    timeZone: ZONE,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(now);
  const minutesOf = (t: string): number => Number(t.slice(0, 2)) * 60 + Number(t.slice(3));
  const minute = Math.floor(now / MINUTE) * MINUTE;
  return minute + (minutesOf(text) - minutesOf(local)) * MINUTE;
}

const iso = (ms: number): string => new Date(ms).toISOString();

export function makeBuilding(now: number): Building {
  const verdicts = new Map<string, Verdict>();
  const rooms = names.map(([floor, name, seats]) => makeRoom(now, floor, name, seats, verdicts));
  const stories: AlertStory[] = [];
  const demos = visits.map((visit) => makeDemo(now, visit, rooms, stories));
  for (const room of rooms) {
    const next = demos
      .filter((d) => d.room_key === room.key && Date.parse(d.end) > now)
      .toSorted((a, b) => (a.start < b.start ? -1 : 1))[0];
    if (next !== undefined) room.next_demo = next.id;
    const bad = next?.readiness?.verdict;
    if (bad !== undefined && bad.outcome !== "ready") {
      verdicts.set(room.key, bad);
      Object.assign(room, { outcome: bad.outcome, score: bad.score, sentence: bad.sentence });
    }
  }
  const orchid = rooms.find((room) => room.room === "orchid");
  const alerts = stories.map((story) => makeAlert(now, story));
  if (orchid !== undefined)
    alerts.push(
      makeAlert(now, {
        room: orchid,
        cause: "sensor:co2-1",
        title: "CO₂ sensor stuck",
        sentence: "CO₂ sensor has said 812 ppm without a change since Saturday 17:40.",
        actBy: now + 30 * 3_600_000,
        p: 1,
        steps: [["Replace the sensor", 20, 40]],
      }),
    );
  return {
    rooms,
    demos,
    alerts,
    verdicts,
    system: { at: iso(now), broker: true, gateway: "live", history: "ok", spooled: 0, rejected_last_hour: 3 },
  };
}

function makeRoom(now: number, floor: string, name: string, seats: number, verdicts: Map<string, Verdict>): RoomView {
  const room = name.toLowerCase();
  const seed = room.length * 7 + room.charCodeAt(0) + room.charCodeAt(room.length - 1);
  const temperature = 20.9 + (seed % 17) / 10;
  const co2 = 460 + (seed % 23) * 17;
  const occupied = seed % 5 === 0;
  const verdict = makeVerdict(
    now,
    occupied
      ? `In use; ${temperature.toFixed(1)} °C, everything works.`
      : `Everything works; ${temperature.toFixed(1)} °C and rising slowly.`,
  );
  verdicts.set(`${SITE}/${room}`, verdict);
  const view: RoomView = {
    key: `${SITE}/${room}`,
    site: SITE,
    room,
    name,
    floor,
    zone: ZONE,
    seats,
    capabilities: seats >= 8 ? ["display", "video_call", "audio", "whiteboard"] : ["display", "audio"],
    currency: "live",
    at: iso(now - 4_000),
    outcome: "ready",
    score: 100,
    sentence: verdict.sentence,
    temperature_c: temperature,
    co2_ppm: co2,
    occupied,
  };
  if (room === "peak")
    Object.assign(view, {
      maintenance: {
        id: "mw-1",
        start: iso(timeOn(now, "07:30")),
        end: iso(timeOn(now, "11:00")),
        reason: "Carpet cleaning",
      },
      sentence: "In maintenance until 11:00: carpet cleaning.",
    });
  if (room === "harbour") view.temperature_c = 18.1;
  if (room === "cedar") Object.assign(view, { currency: "stale", at: iso(timeOn(now, "08:19")) });
  if (room === "plover") {
    view.currency = "waiting";
    view.outcome = "unknown";
    view.score = 0;
    view.sentence = "Can't tell yet: no reading has arrived since this room was added.";
    delete view.temperature_c;
    delete view.co2_ppm;
    delete view.occupied;
  }
  return view;
}

function makeDemo(now: number, visit: Visit, rooms: readonly RoomView[], stories: AlertStory[]): DemoView {
  const room = rooms.find((r) => r.room === visit.room);
  if (room === undefined) throw new Error(`No room ${visit.room}`);
  const start = timeOn(now, visit.at);
  const id = `demo-${visit.room}-${visit.at.replace(":", "")}`;
  const status = visit.status ?? "ready";
  const sentence = visit.sentence ?? "Everything this visit needs works.";
  const verdict = makeVerdict(now, sentence, visit.changes);
  const readiness: DemoReadiness = {
    demo: id,
    start: iso(start),
    arrival: iso(start),
    end: iso(start + visit.minutes * MINUTE),
    status,
    sentence,
    verdict,
    p_ready: visit.p ?? 0.97,
    basis: visit.basis ?? "learned",
    causes: [],
  };
  const demo: DemoView = {
    id,
    room_key: room.key,
    room_name: room.name,
    floor: room.floor,
    zone: ZONE,
    title: `${visit.account} demo`,
    account: visit.account,
    host: visit.mine === true ? "Sam Okafor" : "Lena Brandt",
    start: readiness.start,
    arrival: readiness.arrival,
    end: readiness.end,
    needs: { people: Math.min(room.seats, 6), capabilities: room.seats >= 8 ? ["display", "video_call"] : ["display"] },
    target: 0.95,
    source: "calendar:sales",
    mine: visit.mine === true,
    currency: room.currency,
    status,
    sentence,
    readiness,
    alerts: [],
    ...(visit.doing === undefined ? {} : { being_done: visit.doing }),
  };
  if (visit.actBy !== undefined) {
    const story = storyOf(visit, room, demo, timeOn(now, visit.actBy));
    stories.push(story);
    readiness.act_by = iso(story.actBy);
    demo.alerts.push(`alert-${visit.room}-${visit.at.replace(":", "")}`);
  }
  return demo;
}

function storyOf(visit: Visit, room: RoomView, demo: DemoView, actBy: number): AlertStory {
  const cause = visit.changes?.[0]?.check ?? "unknown";
  const remedies: Record<string, AlertStory["steps"]> = {
    temperature: [
      ["Raise the heating now", 35, 48],
      ["Move to another room", 15, 20],
    ],
    video_call: [
      ["Restart the codec from the desk", 8, 22],
      ["Send somebody to the room", 25, 45],
      ["Move to another room", 15, 20],
    ],
    display: [
      ["Swap the display", 43, 70],
      ["Move to Admiralty", 15, 20],
    ],
  };
  const titles: Record<string, string> = {
    temperature: "Too cold",
    video_call: room.room === "cedar" ? "Room is silent" : "Codec not registered",
    display: "Display is dead",
  };
  return {
    room,
    demo,
    cause,
    title: titles[cause] ?? "Not ready",
    sentence: visit.sentence ?? "",
    actBy,
    p: visit.p ?? 0.5,
    steps: remedies[cause] ?? [],
    ...(visit.doing === undefined ? {} : { assignee: "Priya Nair" }),
  };
}

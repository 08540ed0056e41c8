import type { AlertView, DemoView, RoomView, SystemView } from "#contract/api/views.ts";
import type { Alternative } from "#contract/messages/alert.ts";
import type { CheckForecast, DemoReadiness, Verdict } from "#contract/messages/readiness.ts";
import { makeVerdict } from "./sample-verdicts.ts";
import { type AlertStory, makeAlert } from "./sample-alerts.ts";
import { addCalm } from "./sample-calm.ts";
import { names, type Visit, visits } from "./sample-visits.ts";

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
        untold: "over-budget",
        benefit: 0.04,
        steps: [["Replace the sensor", 20, 40]],
      }),
    );
  addCalm(rooms, demos, alerts, now);
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
  if (room === "magnolia")
    view.nudge = {
      at: iso(now - 60_000),
      until: iso(timeOn(now, "11:30")),
      demo: "demo-magnolia-1130",
      nudge: "reset_visit",
      text: "This room is to be reset for a client at 11:30. Done already? Please press the reset button.",
    };
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
    forecasts: forecastsOf(visit),
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
    needs: {
      people: Math.min(room.seats, 6),
      capabilities: room.seats >= 8 ? ["display", "video_call"] : ["display"],
      ...(visit.reset === true ? { reset_visit: true } : {}),
    },
    ...(visit.reset === true ? { access: "arranged" as const } : {}),
    own_needs: { people: Math.min(room.seats, 6) },
    template: room.seats >= 8 ? "hybrid-demo" : "in-person-pitch",
    template_name: room.seats >= 8 ? "Hybrid demo" : "In-person pitch",
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

function forecastsOf({ room, p = 0.97 }: Visit): CheckForecast[] {
  const isCold = room === "harbour";
  return [
    {
      check: "temperature",
      p_ready: isCold ? p : 0.99,
      mean: isCold ? 19.3 : 21.4,
      sigma: isCold ? 0.6 : 0.4,
      unit: "°C",
    },
    { check: "co2", p_ready: 0.99, mean: 690, sigma: 90, unit: "ppm" },
    { check: "unoccupied", p_ready: isCold ? 0.95 : 0.98 },
    { check: "display", p_ready: room === "victoria" ? p : 0.995 },
    { check: "video_call", p_ready: room === "jade" ? p : 0.99 },
  ];
}

const option = ([floor, name]: readonly [string, string], p: number, more: Partial<Alternative>): Alternative => ({
  room: `${SITE}/${name.toLowerCase()}`,
  name,
  floor,
  p_ready: p,
  fit: 1,
  storeys: 0,
  displaces: 0,
  ...more,
});

/** Where else the visits at risk could go. */
const alternatives: Readonly<Record<string, (heldUntil: string) => Alternative[]>> = {
  victoria: () => [
    option(["12F", "Admiralty"], 0.98, { metres: 25, fit: 0.9 }),
    option(["11F", "Osprey"], 0.97, { storeys: 1, metres: 60, displaces: 1 }),
    option(["10F", "Maple"], 0.93, { storeys: 2, fit: 0.6 }),
  ],
  harbour: (held) => [
    option(["12F", "Kestrel"], 0.97, { metres: 40, held_until: held }),
    option(["11F", "Magnolia"], 0.95, { storeys: 1, displaces: 1 }),
    option(["10F", "Linden"], 0.9, { storeys: 2, fit: 0.3, displaces: 2 }),
    option(["11F", "Willow"], 0.88, { storeys: 1 }),
  ],
};

function storyOf(visit: Visit, room: RoomView, demo: DemoView, actBy: number): AlertStory {
  const cause = visit.changes?.[0]?.check ?? "unknown";
  const elsewhere = alternatives[room.room];
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
    ...(room.room === "cedar" ? { untold: "over-budget", benefit: 0.31 } : {}),
    ...(elsewhere === undefined ? {} : { alternatives: elsewhere(iso(actBy)) }),
  };
}

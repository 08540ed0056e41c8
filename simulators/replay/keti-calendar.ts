import { writeFileSync } from "node:fs";

/** The 35 rooms of the recording, as their files are named. */
const ROOMS = (
  "415 417 419 421 422 423 424 448 452 454 456 462 510 513 552 556 558 562 564 621 644 648 666 668 " +
  "717 719 721 723 724 726 734 746 752 754 776"
).split(" ");
/** Monday to Friday of the recorded week, in August 2013. */
const DAYS = [26, 27, 28, 29, 30];
const ZONE = "America/Los_Angeles";
/** Starts in working hours, in half hours after midnight; lunch is left out. */
const STARTS = [17, 18, 19, 20, 21, 22, 26, 27, 28, 29, 30, 31, 32, 33];
const LENGTHS_MIN = [30, 45, 60, 60, 90];
/** Of the working days of a room, the share that has a visit; some have a second one. */
const VISIT_SHARE = 0.8;
const SECOND_SHARE = 0.35;
const ACCOUNTS = [
  "Alder Shipping",
  "Birch Insurance",
  "Cedar Motors",
  "Dogwood Foods",
  "Elm Semiconductors",
  "Fir Airlines",
  "Hazel Bank",
  "Juniper Hotels",
  "Larch Energy",
  "Maple Pharma",
  "Oak Retail",
  "Pine Telecom",
];
const KINDS = ["Product demo", "Executive briefing", "Hybrid demo", "Workshop"];

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const two = (n: number): string => String(n).padStart(2, "0");
const wall = (day: number, minute: number): string =>
  `201308${two(day)}T${two(Math.floor(minute / 60))}${two(minute % 60)}00`;

const VTIMEZONE = [
  "BEGIN:VTIMEZONE",
  `TZID:${ZONE}`,
  "BEGIN:DAYLIGHT",
  "DTSTART:20070311T020000",
  "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
  "TZOFFSETFROM:-0800",
  "TZOFFSETTO:-0700",
  "TZNAME:PDT",
  "END:DAYLIGHT",
  "BEGIN:STANDARD",
  "DTSTART:20071104T020000",
  "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
  "TZOFFSETFROM:-0700",
  "TZOFFSETTO:-0800",
  "TZNAME:PST",
  "END:STANDARD",
  "END:VTIMEZONE",
];

/** A calendar of plausible client visits for the rooms and the week of the keti-sdh recording; invented, and the same in every run. */
export function ketiCalendar(): string {
  const random = seeded(2013);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const events: string[] = [];
  for (const room of ROOMS) {
    for (const day of DAYS) {
      let free = 0;
      for (const share of [VISIT_SHARE, SECOND_SHARE]) {
        const start = pick(STARTS) * 30;
        const length = pick(LENGTHS_MIN);
        const account = pick(ACCOUNTS);
        const kind = pick(KINDS);
        if (random() >= share || start < free) continue;
        free = start + length + 30;
        events.push(
          "BEGIN:VEVENT",
          `UID:keti-${room}-${two(day)}-${String(start)}@replay.greenroom.invalid`,
          "DTSTAMP:20130819T160000Z",
          `DTSTART;TZID=${ZONE}:${wall(day, start)}`,
          `DTEND;TZID=${ZONE}:${wall(day, start + length)}`,
          `SUMMARY:${kind}: ${account}`,
          `LOCATION:${room}`,
          "STATUS:CONFIRMED",
          "END:VEVENT",
        );
      }
    }
  }
  const head = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Greenroom//Replay//EN",
    "X-WR-CALNAME:Demos of the recorded week",
  ];
  return [...head, ...VTIMEZONE, ...events, "END:VCALENDAR", ""].join("\r\n");
}

if (import.meta.main) writeFileSync(new URL("keti-demos.ics", import.meta.url), ketiCalendar());

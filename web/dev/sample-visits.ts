import type { DemoStatus } from "#contract/messages/readiness.ts";
import type { CheckChange } from "./sample-verdicts.ts";

/** Floor, name and seats of every room. */
export const names = [
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

/** A visit of the sample building, by the wall clock of the day. */
export interface Visit {
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
  /** The room is to be reset before it. */
  reset?: boolean;
}

export const visits: readonly Visit[] = [
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
  { room: "magnolia", account: "Wonka", at: "11:30", minutes: 60, p: 0.97, mine: true, reset: true },
  { room: "linden", account: "Soylent", at: "13:30", minutes: 90, p: 0.97 },
  { room: "kestrel", account: "Hooli", at: "14:00", minutes: 60, p: 0.96 },
  { room: "harbour", account: "Cyberdyne", at: "14:00", minutes: 60, p: 0.97 },
  { room: "lotus", account: "Tyrell", at: "15:00", minutes: 60, p: 0.95, mine: true },
  { room: "rowan", account: "Vandelay", at: "16:00", minutes: 45, p: 0.91, basis: "prior", status: "ready" },
];

import type { CardDevice, RoomCard } from "#contract/messages/room.ts";
import { slug } from "#contract/ids.ts";

export const SAMPLE_SITE = "sample";

/** Floors from the top; each with the names and seats of its rooms. */
const FLOORS: readonly { floor: string; rooms: readonly [name: string, seats: number][] }[] = [
  {
    floor: "12",
    rooms: [
      ["Harbour", 16],
      ["Peak", 12],
      ["Lantern", 8],
      ["Orchid", 6],
      ["Jade", 8],
      ["Sail", 6],
      ["Compass", 10],
      ["Beacon", 4],
    ],
  },
  {
    floor: "8",
    rooms: [
      ["Lotus", 14],
      ["Bamboo", 10],
      ["Maple", 8],
      ["Cedar", 6],
      ["Willow", 6],
      ["Juniper", 8],
      ["Rowan", 4],
      ["Hazel", 4],
    ],
  },
  {
    floor: "3",
    rooms: [
      ["Atrium", 20],
      ["Gallery", 12],
      ["Studio", 8],
      ["Foundry", 10],
      ["Library", 6],
      ["Garden", 8],
      ["Terrace", 6],
      ["Harvest", 4],
    ],
  },
];

export interface SampleRoom {
  site: string;
  room: string;
  card: RoomCard;
}

/** The agent that speaks for a floor's sensors and codecs, and the one that polls the building's displays. */
export const floorAgent = (floor: string): string => `floor-${floor}`;
export const AV_AGENT = "av-rack";

/** The 24 rooms of the sample building. */
export const sampleRooms = (zone: string): SampleRoom[] =>
  FLOORS.flatMap(({ floor, rooms }) => rooms.map(([name, seats]) => sampleRoom({ floor, name, seats, zone })));

function sampleRoom({
  floor,
  name,
  seats,
  zone,
}: {
  floor: string;
  name: string;
  seats: number;
  zone: string;
}): SampleRoom {
  const large = seats >= 12;
  const hasCodec = seats >= 6;
  const devices: CardDevice[] = [
    {
      device: "air",
      name: "Air sensor",
      kind: "sensor",
      agent: floorAgent(floor),
      room_air: true,
      intervals_s: {
        temperature_c: 10,
        humidity_pct: 10,
        co2_ppm: 10,
        noise_dba: 10,
        light_lux: 10,
        people_count: 10,
        occupied: 10,
      },
    },
    {
      device: "display",
      name: large ? "Projector" : "Display",
      kind: large ? "projector" : "display",
      agent: AV_AGENT,
      control: true,
    },
  ];
  if (hasCodec)
    devices.push({
      device: "codec",
      name: "Video codec",
      kind: "codec",
      agent: floorAgent(floor),
      intervals_s: { registered: 30 },
    });
  return {
    site: SAMPLE_SITE,
    room: slug(name),
    card: {
      name,
      floor,
      zone,
      seats,
      capabilities: hasCodec ? ["display", "video_call", "audio", "whiteboard"] : ["display", "whiteboard"],
      devices,
      comfort: { temperature_c: { ready: [20, 24], usable: [19, 26] } },
    },
  };
}

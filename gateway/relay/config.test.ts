import { expect, it } from "vitest";
import { TranslateConfig } from "./config.ts";
import { gearOf } from "./gear.ts";
import { filtersOf } from "./relay.ts";

const faults = (maps: unknown): string[] => {
  const parsed = TranslateConfig.safeParse(maps);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
};

it.each([
  ["a vendor that nobody knows", [{ vendor: "acme" }], /^0\.vendor/],
  ["a filter that is none", [{ vendor: "homie", filter: "a/#/b" }], /^0\.filter/],
  ["everything", [{ vendor: "homie", filter: "#" }], /Greenroom's own/],
  ["Greenroom's own topics", [{ vendor: "homie", filter: "+/v1/#" }], /Greenroom's own/],
  ["the broker's own topics", [{ vendor: "homie", filter: "$SYS/#" }], /broker's own/],
  ["two maps of one name", [{ vendor: "homie" }, { vendor: "homie" }], /^1: two maps are called homie/],
  ["the gateway's name", [{ vendor: "homie", name: "gateway" }], /^0\.name/],
  ["a zone that is none", [{ vendor: "tasmota", zone: "Mars/Olympus" }], /^0\.zone/],
  [
    "a word of the wire as a device",
    [{ vendor: "homie", devices: { x: { room: "r", device: "door" } } }],
    /word of the wire/,
  ],
  [
    "two devices at one place",
    [{ vendor: "homie", devices: { "a b": { room: "r" }, "a-b": { room: "r" } } }],
    /^0\.devices\.a-b/,
  ],
  ["a key that is not known", [{ vendor: "homie", filters: "x" }], /filters/],
] as const)("refuses %s, and says where", (_name, maps, fault) => {
  expect(faults(maps).join("\n")).toMatch(fault);
});

it("takes a vendor's usual filters, another base, or one's own; none twice", () => {
  const filters = (map: object): string[] => filtersOf(TranslateConfig.parse([map])[0] as never);
  expect(filters({ vendor: "zigbee2mqtt" })).toEqual(["zigbee2mqtt/#"]);
  expect(filters({ vendor: "zigbee2mqtt", base: "z2m-3f" })).toEqual(["z2m-3f/#"]);
  expect(filters({ vendor: "homie", filter: ["a/#", "a/b", "c/+"] })).toEqual(["a/#", "c/+"]);
});

it("gives a key the topics of the map of its name, on Greenroom's own broker alone", () => {
  const maps = TranslateConfig.parse([
    { vendor: "shelly-2", name: "shelly" },
    { vendor: "homie", broker: { url: "mqtt://broker.example.com" } },
  ]);
  expect(gearOf(maps, "shelly")).toMatchObject({ filters: ["+/events/rpc", "+/status/+", "+/online"] });
  expect([gearOf(maps, "homie"), gearOf(maps, "pi-3"), gearOf(undefined, "shelly")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

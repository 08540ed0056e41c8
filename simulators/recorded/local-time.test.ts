import { expect, it } from "vitest";
import { rfc3339 } from "#contract/units.ts";
import { localTimeReader } from "./local-time.ts";

const read = (zone: string, text: string): string | undefined => {
  const at = localTimeReader(zone)(text);
  return at === undefined ? undefined : rfc3339(at);
};

it.each([
  ["UTC", "2013-08-23 23:05:00", "2013-08-23T23:05:00.000Z"],
  ["Europe/Brussels", "2015-02-02 14:19:00", "2015-02-02T13:19:00.000Z"],
  ["Europe/Brussels", "2015-07-02 14:19:00", "2015-07-02T12:19:00.000Z"],
  ["Europe/Brussels", "2015-03-29 01:59:59", "2015-03-29T00:59:59.000Z"],
  ["Europe/Brussels", "2015-03-29 03:00:00", "2015-03-29T01:00:00.000Z"],
  ["Europe/Brussels", "2015-10-25 03:00:00", "2015-10-25T02:00:00.000Z"],
  ["Asia/Singapore", "2021-09-07 00:00", "2021-09-06T16:00:00.000Z"],
  ["UTC", "2021-09-07 00:00 +08:00", "2021-09-06T16:00:00.000Z"],
  ["UTC", "2019-12-23 00:00:00+00:00", "2019-12-23T00:00:00.000Z"],
  ["UTC", "2013-08-23T23:05:00.123Z", "2013-08-23T23:05:00.000Z"],
  ["UTC", "2017-12-23 0:00:34", "2017-12-23T00:00:34.000Z"],
])("%s: %s is %s", (zone, text, expected) => {
  expect(read(zone, text)).toBe(expected);
});

it.each([
  "",
  "23:05",
  "2013-08-23",
  "2013-02-30T",
  "2013-13-01 00:00:00",
  "2013-08-23 24:00:00",
  "2013-08-23 23:60:00",
])("%j is no time", (text) => {
  expect(read("UTC", text)).toBeUndefined();
});

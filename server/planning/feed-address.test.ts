import { expect, test } from "vitest";
import { isFeedAddress } from "./feed-address.ts";

test.each([
  // [address, public, private]
  ["203.0.113.7", true, true],
  ["2001:db8::7", true, true],
  ["10.1.2.3", false, true],
  ["172.31.255.255", false, true],
  ["192.168.0.4", false, true],
  ["100.64.0.1", false, true],
  ["fd00::4", false, true],
  ["::ffff:10.0.0.1", false, true],
  ["127.0.0.1", false, false],
  ["127.8.8.8", false, false],
  ["0.0.0.0", false, false],
  ["169.254.169.254", false, false],
  ["224.0.0.1", false, false],
  ["255.255.255.255", false, false],
  ["::1", false, false],
  ["::", false, false],
  ["fe80::1", false, false],
  ["ff02::1", false, false],
  ["::ffff:127.0.0.1", false, false],
  ["::ffff:7f00:1", false, false],
  ["64:ff9b::7f00:1", false, false],
  ["2002:7f00:1::", false, false],
  ["localhost", false, false],
  ["", false, false],
])("%s: from the internet only %s, with the building's networks %s", (address, isPublic, isPrivate) => {
  expect([isFeedAddress(address, "public"), isFeedAddress(address, "private")]).toEqual([isPublic, isPrivate]);
});

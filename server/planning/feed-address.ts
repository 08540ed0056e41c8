import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { GreenroomError } from "#contract/errors.ts";

/**
 * Which addresses a calendar may be fetched from. `private` (the default) allows the internet and the building's own
 * networks, where calendar servers often stand, but not this machine itself nor link-local addresses, where clouds keep
 * their secrets. `public` allows only the internet. `any` is for tests.
 */
export type FeedAddresses = "public" | "private" | "any";

const never = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  never.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [
  ["::", 128],
  ["::1", 128],
  ["fe80::", 10],
  ["ff00::", 8],
  // Addresses that carry an IPv4 address inside reach what that one names.
  ["64:ff9b::", 96],
  ["2002::", 16],
] as const)
  never.addSubnet(net, bits, "ipv6");

const inside = new BlockList();
for (const [net, bits] of [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
] as const)
  inside.addSubnet(net, bits, "ipv4");
inside.addSubnet("fc00::", 7, "ipv6");

/** Whether an IP address may be fetched from. */
export function isFeedAddress(address: string, policy: FeedAddresses): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  if (policy === "any") return true;
  const kind = family === 6 ? "ipv6" : "ipv4";
  // An IPv4-mapped IPv6 address is checked against the IPv4 rules by BlockList itself.
  return !never.check(address, kind) && (policy === "private" || !inside.check(address, kind));
}

/** Resolves names for a connection and refuses what may not be reached: asked at the connect, so that a name cannot change in between. */
export const guardedLookup =
  (policy: FeedAddresses): LookupFunction =>
  (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, []);
      const allowed = found.filter(({ address }) => isFeedAddress(address, policy));
      const [first] = allowed;
      if (first === undefined) return done(refusal(hostname), []);
      return options.all === true ? done(null, allowed) : done(null, first.address, first.family);
    });
  };

/** Refuses an address that stands in the URL itself, for which no name is resolved. */
export function checkFeedHost(url: URL, policy: FeedAddresses): void {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !isFeedAddress(host, policy)) throw refusal(host);
}

const refusal = (host: string): GreenroomError =>
  new GreenroomError(
    "NOT_ALLOWED",
    `calendars may not be fetched from ${host}: it is this machine or a reserved address`,
  );

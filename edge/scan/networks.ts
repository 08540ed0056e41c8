import { GreenroomError } from "#contract/errors.ts";

/** An IPv4 network as it was named, by its first and last address as numbers. */
export interface Network {
  text: string;
  first: number;
  last: number;
}

/** More addresses than this are asked for by an explicit word. */
const MOST_ADDRESSES = 1_024;
/** And more than this not at all: one site at a time. */
const MOST_EVER = 65_536;

const numberOf = (address: string): number | undefined => {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
  return parts?.every((part) => part <= 255) === true ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined;
};

export const addressOf = (number: number): string =>
  [number / 2 ** 24, (number / 2 ** 16) % 256, (number / 2 ** 8) % 256, number % 256].map(Math.floor).join(".");

const block = (text: string): Network => {
  const [base = "", bits = ""] = text.split("/");
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor((numberOf(base) ?? 0) / size) * size;
  return { text, first, last: first + size - 1 };
};

/** Networks of one's own: RFC 1918, carrier-grade, link-local, loopback. */
const OWN = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"].map(
  block,
);
/** Nobody's: this network, multicast, reserved. */
const NOBODYS = ["0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4"].map(block);

const isWithin = ({ first, last }: Network, blocks: readonly Network[]): boolean =>
  blocks.some((each) => first >= each.first && last <= each.last);
const overlaps = ({ first, last }: Network, blocks: readonly Network[]): boolean =>
  blocks.some((each) => first <= each.last && last >= each.first);

/** `10.1.2.0/28`, or one address. Throws INPUT_INVALID. */
export function parseNetwork(text: string): Network {
  const [, base = "", bits = "32"] = /^([\d.]+)(?:\/(\d{1,2}))?$/.exec(text.trim()) ?? [];
  if (numberOf(base) === undefined || Number(bits) > 32)
    throw new GreenroomError("INPUT_INVALID", `"${text.slice(0, 60)}" is no IPv4 network, as 10.1.2.0/28 or 10.1.2.7`);
  return { ...block(`${base}/${bits}`), text: text.trim() };
}

export interface Allowed {
  /** More than 1,024 addresses. */
  isLarge: boolean;
  /** Addresses of the internet. */
  isPublic: boolean;
}

/** The addresses to ask, in order and each once; throws INPUT_INVALID where the networks are too large or somebody else's. Pure. */
export function decideTargets(networks: readonly Network[], allowed: Allowed): string[] {
  for (const network of networks) {
    if (overlaps(network, NOBODYS))
      throw new GreenroomError("INPUT_INVALID", `${network.text} has addresses that no device can have`);
    if (!isWithin(network, OWN) && !allowed.isPublic)
      throw new GreenroomError(
        "INPUT_INVALID",
        `${network.text} is not a private network: with --public, if it is yours`,
      );
  }
  const size = networks.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  if (size > MOST_EVER || (size > MOST_ADDRESSES && !allowed.isLarge)) {
    const way = size > MOST_EVER ? `at most ${MOST_EVER} at a time` : "with --large, if that is meant";
    throw new GreenroomError("INPUT_INVALID", `these are ${size} addresses: name smaller networks, or ${way}`);
  }
  const targets = new Set<number>();
  for (const { first, last } of networks) {
    // Network and broadcast address are nobody's, except in the smallest networks.
    const margin = last - first >= 3 ? 1 : 0;
    for (let number = first + margin; number <= last - margin; number++) targets.add(number);
  }
  return [...targets].toSorted((a, b) => a - b).map(addressOf);
}

/** Whether an address is in one of them. */
export function isNamed(address: string, networks: readonly Network[]): boolean {
  const number = numberOf(address);
  return number !== undefined && networks.some(({ first, last }) => number >= first && number <= last);
}

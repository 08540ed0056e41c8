import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { RoomCard } from "#contract/messages/room.ts";
import { Claims } from "./claims.ts";

const card = (devices: readonly { device: string; from?: string | undefined }[]): RoomCard => ({
  name: "r",
  floor: "1",
  zone: "UTC",
  seats: 1,
  capabilities: [],
  devices: devices.map(({ device, from }) => ({
    device,
    name: device,
    kind: "sensor",
    ...(from !== undefined && { source: { via: "z2m", device: from } }),
  })),
});
const line = fc.record({
  device: fc.constantFrom("a", "b"),
  from: fc.option(fc.constantFrom("x", "y"), { nil: undefined }),
});
const step = fc.tuple(
  fc.constantFrom("r1", "r2", "r3"),
  fc.option(fc.uniqueArray(line, { selector: ({ device }) => device }), { nil: undefined }),
);

it("whatever cards come and go, each source is where a card that names it says, and nowhere else", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const claims = new Claims();
      const cards = new Map<string, readonly { device: string; from?: string | undefined }[]>();
      for (const [room, devices] of steps) {
        const before = ["x", "y"].map((source) => claims.of("z2m", source)?.room);
        claims.take("hq", room, devices === undefined ? undefined : card(devices));
        if (devices === undefined) cards.delete(room);
        else cards.set(room, devices);
        for (const [i, source] of ["x", "y"].entries()) {
          const holders = [...cards]
            .filter(([, lines]) => lines.some(({ from }) => from === source))
            .map(([name]) => name);
          const holder = claims.of("z2m", source)?.room;
          expect(holder === undefined ? holders : holders.includes(holder)).toEqual(holder === undefined ? [] : true);
          // Who has it keeps it until it lets go.
          if (before[i] !== undefined && holders.includes(before[i])) expect(holder).toBe(before[i]);
        }
        const sources = new Set([...cards.values()].flat().flatMap(({ from }) => from ?? []));
        expect(claims.hasAnyFrom("z2m")).toBe(sources.size > 0);
        expect(claims.sourcesOf("z2m").toSorted()).toEqual([...sources].toSorted());
        for (const name of ["a", "b"])
          expect(claims.isOnCard("hq", room, name)).toBe(
            cards.get(room)?.some(({ device }) => device === name) === true,
          );
      }
    }),
  );
});

import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { Id, ID_PATTERN, isId, parseRoomKey, roomKey, RoomKey, slug } from "./ids.ts";

const anId = fc.stringMatching(ID_PATTERN);

describe("ids", () => {
  it.each(["a", "7", "harbour-12f", "a".repeat(63)])("takes %s", (text) => {
    expect([isId(text), Id.safeParse(text).success]).toEqual([true, true]);
  });

  it.each(["", "-a", "a-", "A", "a b", "a/b", "a+", "#", "ä", "a".repeat(64), "a\n", "../a", "$sys"])(
    "refuses %j",
    (text) => {
      expect([isId(text), Id.safeParse(text).success]).toEqual([false, false]);
    },
  );

  it("holds nothing that means something in a topic, a URL or a file name", () => {
    fc.assert(
      fc.property(anId, (id) => {
        expect(encodeURIComponent(id)).toBe(id);
        expect(id).not.toMatch(/[/+#$.]/);
      }),
    );
  });
});

test("a room's key comes apart into what it was made of", () => {
  fc.assert(
    fc.property(anId, anId, (site, room) => {
      const key = roomKey(site, room);
      expect(RoomKey.safeParse(key).success).toBe(true);
      expect(parseRoomKey(key)).toEqual({ site, room });
    }),
  );
});

test.each(["", "hq", "hq/", "/harbour", "hq/harbour/1", "HQ/harbour"])("%j is no room's key", (text) => {
  expect(RoomKey.safeParse(text).success).toBe(false);
});

describe("slug", () => {
  it.each([
    ["Harbour 12F", "harbour-12f"],
    ["  Café Zürich! ", "cafe-zurich"],
    ["São Paulo / 3. OG", "sao-paulo-3-og"],
    ["会議室", ""],
    ["---", ""],
  ])("makes of %j the id %j", (name, id) => {
    expect(slug(name)).toBe(id);
  });

  it("gives an id or nothing, and leaves an id as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 120 }), (name) => {
        const id = slug(name);
        expect(id === "" || isId(id)).toBe(true);
      }),
    );
    fc.assert(fc.property(anId, (id) => slug(id) === id || id.includes("--")));
  });
});

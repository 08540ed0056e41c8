import { describe, expect, it } from "vitest";
import { Shelf } from "./shelf.ts";

/** One of each kind, each behind one that leaves it crooked. */
function filled(shelf: Shelf) {
  const bytes = shelf.bytes(3);
  const words = shelf.words(2);
  const halves = shelf.halves(1);
  const singles = shelf.singles(2);
  return { bytes, words, halves, singles, doubles: shelf.doubles(2) };
}

describe("the numbers of a learner", () => {
  it("lie side by side, each at its own precision", () => {
    const shelf = new Shelf();
    const { bytes, words, halves, singles, doubles } = filled(shelf);
    expect([bytes, words, halves, singles, doubles].map(({ byteOffset }) => byteOffset)).toEqual([0, 4, 8, 12, 24]);
    bytes.fill(7);
    words.fill(65_535);
    halves.fill(0.5);
    singles.fill(1 / 3);
    doubles.fill(1 / 3);
    expect([...bytes, ...words, ...halves, ...doubles]).toEqual([7, 7, 7, 65_535, 65_535, 0.5, 1 / 3, 1 / 3]);
    expect(singles[0]).toBe(Math.fround(1 / 3));
  });

  it("come back as they were, from 40 bytes; of another size they are refused and nothing is another", () => {
    const shelf = new Shelf();
    filled(shelf).doubles.fill(Math.PI);
    const packed = shelf.pack();
    expect(Buffer.from(packed, "base64")).toHaveLength(40);
    const [again, other] = [new Shelf(), new Shelf()];
    const { doubles } = filled(again);
    expect(again.unpack(packed)).toBe(true);
    expect([...doubles]).toEqual([Math.PI, Math.PI]);
    const more = other.doubles(6);
    expect(other.unpack(packed)).toBe(false);
    expect([...more]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("fit into 12 KiB, and one more is a mistake of whoever lays them out", () => {
    const shelf = new Shelf();
    shelf.doubles(1_536);
    expect(() => shelf.bytes(1)).toThrow(new RangeError("a learner's numbers do not fit their block"));
  });
});

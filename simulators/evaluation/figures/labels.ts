/** A point of a chart, in pixels. */
export interface Dot {
  x: number;
  y: number;
  radius: number;
  label?: string | undefined;
}

/** Where a label goes: its middle, and whether it stands so far off that a line should lead to its point. */
export interface Place {
  x: number;
  y: number;
  isFar: boolean;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A label's size at ten pixels of a sans serif: each letter, and the line. */
const LETTER = 5.8;
const LINE = 10;
/** Between two labels beside each other, so that 9 and 11 do not read as 911. */
const GAP = 5;
/** How far from its point a label is tried, and in which directions: above first. */
const DISTANCES = [9, 16, 24, 33];
const DIRECTIONS = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
  [0.8, -0.8],
  [0.8, 0.8],
  [-0.8, 0.8],
  [-0.8, -0.8],
] as const;

/**
 * Places labels beside their points, in their order, where they cover neither another label nor a point, within the bounds; above the point
 * where there is no such place.
 */
export function placeLabels(dots: readonly Dot[], within: Box): (Place | undefined)[] {
  const taken: Box[] = dots.map(({ x, y, radius }) => around(x, y, 2 * radius, 2 * radius));
  return dots.map((dot) => {
    if (dot.label === undefined) return undefined;
    const width = dot.label.length * LETTER + GAP;
    const places = DISTANCES.flatMap((distance) =>
      DIRECTIONS.map((direction) => beside(dot, width, distance, direction)),
    );
    const free = places.find((place) => {
      const box = around(place.x, place.y, width, LINE);
      return isWithin(box, within) && !taken.some((other) => overlaps(box, other));
    });
    const place = free ?? beside(dot, width, DISTANCES[0] ?? 0, DIRECTIONS[0]);
    taken.push(around(place.x, place.y, width, LINE));
    return place;
  });
}

function beside({ x, y }: Dot, width: number, distance: number, [right, down]: readonly [number, number]): Place {
  return {
    x: x + right * (distance + width / 2 - 6),
    y: y + down * (distance + LINE / 2 - 4),
    isFar: distance > (DISTANCES[0] ?? 0),
  };
}

const around = (x: number, y: number, width: number, height: number): Box => ({
  left: x - width / 2,
  right: x + width / 2,
  top: y - height / 2,
  bottom: y + height / 2,
});
const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const isWithin = (a: Box, b: Box): boolean =>
  a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;

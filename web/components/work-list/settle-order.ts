/** A place in the work list: which alert, and under which heading it stands. */
export interface Place {
  id: string;
  section: string;
}

export interface SettledOrder {
  shown: readonly Place[];
  /** How many wait behind the "new" pill. */
  fresh: number;
}

/**
 * Decides what stands where. While the list is held (a pointer, a finger or the focus is in it) nothing moves: what is
 * shown keeps its place, even when it is done, and what is new waits. When it is let go, the wanted order takes over.
 */
export function settleOrder(shown: readonly Place[], wanted: readonly Place[], isHeld: boolean): SettledOrder {
  if (!isHeld || shown.length === 0) return { shown: isSame(shown, wanted) ? shown : wanted, fresh: 0 };
  const known = new Set(shown.map((place) => place.id));
  return { shown, fresh: wanted.filter((place) => !known.has(place.id)).length };
}

const isSame = (a: readonly Place[], b: readonly Place[]): boolean =>
  a.length === b.length && a.every((place, index) => place.id === b[index]?.id && place.section === b[index].section);

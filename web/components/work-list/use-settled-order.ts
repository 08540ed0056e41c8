import { useCallback, useState } from "react";
import { type Place, type SettledOrder, settleOrder } from "./settle-order.ts";

/** Keeps the order that is on screen; `release` lets the new ones in at once. */
export function useSettledOrder(wanted: readonly Place[], isHeld: boolean): SettledOrder & { release: () => void } {
  const [shown, setShown] = useState<readonly Place[]>(wanted);
  const settled = settleOrder(shown, wanted, isHeld);
  if (settled.shown !== shown) setShown(settled.shown);
  const release = useCallback(() => setShown(wanted), [wanted]);
  return { ...settled, release };
}

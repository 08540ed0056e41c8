import { type RefObject, useEffect, useState } from "react";
import { browserClock } from "../../data/browser-clock.ts";
import type { Millis } from "#contract/units.ts";

/** After the last touch a finger is still near for this long. */
const LINGER = 4_000 as Millis;

/** Whether somebody is about to press something in there: a pointer over it, a recent touch, or the focus inside. */
export function useHeld(area: RefObject<HTMLElement | null>): boolean {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    let isOver = false;
    let isFocused = false;
    let isTouched = false;
    let cancel: (() => void) | undefined;
    const tell = (): void => setHeld(isOver || isFocused || isTouched);
    const onEnter = (event: PointerEvent): void => {
      if (event.pointerType !== "mouse") return;
      isOver = true;
      tell();
    };
    const onLeave = (): void => {
      isOver = false;
      tell();
    };
    const onTouch = (event: PointerEvent): void => {
      if (event.pointerType === "mouse") return;
      isTouched = true;
      tell();
      cancel?.();
      cancel = browserClock.after(LINGER, () => {
        isTouched = false;
        tell();
      });
    };
    const onFocus = (): void => {
      isFocused = true;
      tell();
    };
    const onBlur = (event: FocusEvent): void => {
      isFocused = event.relatedTarget instanceof Node && element.contains(event.relatedTarget);
      tell();
    };
    element.addEventListener("pointerenter", onEnter);
    element.addEventListener("pointerleave", onLeave);
    element.addEventListener("pointerdown", onTouch);
    element.addEventListener("focusin", onFocus);
    element.addEventListener("focusout", onBlur);
    return () => {
      cancel?.();
      element.removeEventListener("pointerenter", onEnter);
      element.removeEventListener("pointerleave", onLeave);
      element.removeEventListener("pointerdown", onTouch);
      element.removeEventListener("focusin", onFocus);
      element.removeEventListener("focusout", onBlur);
    };
  }, [area]);
  return isHeld;
}

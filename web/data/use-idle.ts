import { useEffect } from "react";

/** Does something that can wait when the browser has nothing else to do. */
export function useIdle(task: () => unknown): void {
  useEffect(() => {
    if (!("requestIdleCallback" in globalThis)) return undefined;
    const handle = requestIdleCallback(() => void task());
    return () => cancelIdleCallback(handle);
  }, [task]);
}

import { useLayoutEffect } from "react";

/** Scales the whole type scale for a screen that is read from some metres. */
export function useFar(): void {
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.dataset["distance"] = "far";
    return () => {
      delete root.dataset["distance"];
    };
  }, []);
}

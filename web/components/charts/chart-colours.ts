import { useMemo, useSyncExternalStore } from "react";

/** Colours of the page, read where a canvas needs them as values. */
export interface ChartColours {
  ink: string;
  ink3: string;
  line: string;
  band: string;
  primary: string;
  /** Any other token by its name: `--ready-tint`. */
  of: (token: string) => string;
}

/** `_appearance` only says that it is worth reading again. */
function readColours(_appearance: string): ChartColours {
  const style = getComputedStyle(document.documentElement);
  const of = (token: string): string => style.getPropertyValue(token).trim();
  return {
    of,
    ink: of("--ink"),
    ink3: of("--ink-3"),
    line: of("--line"),
    band: of("--band"),
    primary: of("--primary-ink"),
  };
}

function subscribe(tell: () => void): () => void {
  const observer = new MutationObserver(tell);
  observer.observe(document.documentElement, { attributeFilter: ["data-mantine-color-scheme", "data-contrast"] });
  return () => observer.disconnect();
}

const appearance = (): string => {
  const { mantineColorScheme, contrast } = document.documentElement.dataset;
  return `${mantineColorScheme ?? ""} ${contrast ?? ""}`;
};

/** The colours as they are now; others when light turns to dark. */
export function useChartColours(): ChartColours {
  const key = useSyncExternalStore(subscribe, appearance);
  return useMemo(() => readColours(key), [key]);
}

import { localStorageColorSchemeManager } from "@mantine/core";
import { useCallback, useState } from "react";

/** Light, dark or as the system says; and high contrast. Kept in the browser, and set before the first paint. */
const SCHEME_KEY = "greenroom-scheme";
const CONTRAST_KEY = "greenroom-contrast";

export const schemeManager = localStorageColorSchemeManager({ key: SCHEME_KEY });

const wantsMore = (): boolean =>
  localStorage.getItem(CONTRAST_KEY) === "more" || matchMedia("(prefers-contrast: more)").matches;

/** Puts the chosen appearance on the page before anything is drawn. */
export function applyAppearance(): void {
  const root = document.documentElement;
  const chosen = schemeManager.get("auto");
  const isDark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset["mantineColorScheme"] = isDark ? "dark" : "light";
  if (wantsMore()) root.dataset["contrast"] = "more";
  else delete root.dataset["contrast"];
}

export function useContrast(): [boolean, (more: boolean) => void] {
  const [isMore, setMore] = useState(() => localStorage.getItem(CONTRAST_KEY) === "more");
  const choose = useCallback((more: boolean) => {
    localStorage.setItem(CONTRAST_KEY, more ? "more" : "system");
    setMore(more);
    applyAppearance();
  }, []);
  return [isMore, choose];
}

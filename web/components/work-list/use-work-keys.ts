import { type RefObject, useEffect, useState } from "react";
import type { ReplyInput } from "#contract/api/requests.ts";

interface WorkKeys {
  area: RefObject<HTMLElement | null>;
  ids: readonly string[];
  onToggle: (id: string) => void;
  onReply: (id: string, reply: ReplyInput) => void;
  onHelp: () => void;
}

/** Letters go to a field when one has the focus, and to nothing while a menu or a dialog is open. */
function isElsewhere(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]") !== null
  );
}

const partOf = (area: HTMLElement | null, part: string, id: string): HTMLElement | null =>
  area?.querySelector<HTMLElement>(`[data-${part}="${CSS.escape(id)}"]`) ?? null;

/** j and k move, a takes, d ends what was taken, s snoozes, o opens the evidence, ? explains. Gives the line that is current. */
export function useWorkKeys({ area, ids, onToggle, onReply, onHelp }: WorkKeys): string | undefined {
  const [current, setCurrent] = useState<string>();
  useEffect(() => {
    const element = area.current;
    const onFocus = (event: FocusEvent): void => {
      const line = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-line]") : null;
      if (line !== null) setCurrent(line.dataset["line"]);
    };
    element?.addEventListener("focusin", onFocus);
    return () => element?.removeEventListener("focusin", onFocus);
  }, [area]);
  useEffect(() => {
    const go = (id: string | undefined): void => {
      if (id === undefined) return;
      setCurrent(id);
      partOf(area.current, "why", id)?.focus({ preventScroll: true });
      partOf(area.current, "line", id)?.scrollIntoView({ block: "nearest" });
    };
    const onKey = (event: KeyboardEvent): void => {
      if (isElsewhere(event)) return;
      const index = current === undefined ? -1 : ids.indexOf(current);
      const line = index < 0 ? undefined : current;
      if (event.key === "?") onHelp();
      else if (event.key === "j") go(ids[Math.min(index + 1, ids.length - 1)]);
      else if (event.key === "k") go(ids[Math.max(index - 1, 0)]);
      else if (line === undefined) return;
      else if (event.key === "a") onReply(line, { reply: "acknowledge" });
      else if (event.key === "d") partOf(area.current, "finish", line)?.click();
      else if (event.key === "s") partOf(area.current, "snooze", line)?.click();
      else if (event.key === "o") onToggle(line);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [area, ids, current, onToggle, onReply, onHelp]);
  return current;
}

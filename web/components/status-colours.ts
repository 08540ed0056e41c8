import type { CSSProperties } from "react";
import type { Status } from "../words/status-words.ts";

/** The three colours of a status as variables, for whatever is drawn inside. */
export const statusColours = (status: Status): CSSProperties =>
  ({
    "--status-ink": `var(--${status}-ink)`,
    "--status-tint": `var(--${status}-tint)`,
    "--status-solid": `var(--${status}-solid)`,
  }) as CSSProperties;

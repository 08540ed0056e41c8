import type { Row } from "../readiness/verdict.ts";
import type { Opinion } from "./context.ts";

/** What a card or a calendar says stays as it is until somebody changes it. */
export const forecastFixed = (row: Row): Opinion => ({ p: row.outcome === "not_ready" ? 0 : 1 });

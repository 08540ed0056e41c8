import { deaf, type Policy } from "./policy.ts";

/** Nobody is told anything: what would become of each visit. */
export const nobody: Policy = { ...deaf };

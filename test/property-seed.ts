import { configureGlobal } from "fast-check";

/**
 * In CI the property tests try the same cases at each run, so that a change is judged by what it changed; elsewhere they try
 * new ones every time. PROPERTY_SEED chooses others.
 */
const seed = process.env["PROPERTY_SEED"] ?? (process.env["CI"] === "true" ? "20261122" : undefined);
if (seed !== undefined) configureGlobal({ seed: Number(seed) });

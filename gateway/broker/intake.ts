import type { Refusal } from "./refusals.ts";

/** Who stores readings before they are acknowledged, and shows what was refused: the recorder. */
export interface Intake {
  /**
   * Called for every reading of a network client; its PUBACK waits for the promise. Rejects when it cannot be stored (STORE_FULL):
   * then there is no PUBACK and the connection ends, so that the client sends it again.
   */
  accept(reading: { topic: string; payload: Uint8Array; agent?: string }): Promise<void> | undefined;
  /**
   * Called for every message of vendor gear; its acknowledgement waits for the promise: what it says is translated and stored.
   * Without it such messages are only handed on.
   */
  gear?(message: { topic: string; payload: Uint8Array }): Promise<void> | undefined;
  refused(refusal: Refusal): void;
}

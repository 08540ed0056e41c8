/** Every message type of the wire by name, for those who need several. */
export type * from "./alert.ts";
export type * from "./common.ts";
export type * from "./edge.ts";
export type * from "./reading.ts";
export type * from "./readiness.ts";
export type * from "./room.ts";

import { type Ask, type Check, type Part, READS_NOTHING } from "./check.ts";

/** The client gets in: door, host and badge are arranged. Asked where the visit says either way. */
export const access: Check = {
  id: "access",
  weight: 8,
  require({ visit }: Ask) {
    const said = visit?.demo.access;
    if (said === undefined) return undefined;
    const key = `access:${visit?.demo.id}`;
    return {
      check: access,
      key,
      weight: access.weight,
      hard: true,
      reads: READS_NOTHING,
      look: () => [look(key, said === "arranged")],
    };
  },
};

const look = (key: string, isArranged: boolean): Part => ({
  key,
  outcome: isArranged ? "ready" : "not_ready",
  quality: isArranged ? 1 : 0,
  code: isArranged ? "OK" : "ACCESS_MISSING",
  cause: "access",
  seen: undefined,
  say: () =>
    isArranged
      ? "Door, host and badge are arranged."
      : "The client cannot get in yet: door, host or badge is not arranged.",
});

import { IconPlugConnected } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useUnclaimed } from "../../data/claims.ts";
import { useMe } from "../../data/me.ts";
import styles from "./unclaimed-notice.module.css";

/** Says to those who may change it that devices wait for a room; nothing where none does. */
export function UnclaimedNotice(): ReactElement | null {
  const role = useMe().data?.role;
  const count = useUnclaimed(role === "facilities" || role === "admin").data?.length ?? 0;
  if (count === 0) return null;
  return (
    <Link to="/system" className={styles["notice"]}>
      <IconPlugConnected size={16} aria-hidden="true" />
      {count === 1 ? "1 device waits for a room" : `${count} devices wait for a room`}
    </Link>
  );
}

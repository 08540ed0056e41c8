import type { ReactElement } from "react";
import styles from "./brand.module.css";

/** The name and its door. */
export function Brand(): ReactElement {
  return (
    <span className={styles["brand"]}>
      <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#0f6b3a" />
        <path
          d="M9 25V8.5a1.5 1.5 0 0 1 1.2-1.47l8-1.6A1.5 1.5 0 0 1 20 6.9V25M6 25h20"
          fill="none"
          stroke="#fff"
          strokeWidth="2.2"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        <circle cx="16.4" cy="15.6" r="1.5" fill="#8ee6b4" />
      </svg>
      <span className={styles["name"]}>Greenroom</span>
    </span>
  );
}

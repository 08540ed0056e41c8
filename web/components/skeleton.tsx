import type { ReactElement } from "react";
import styles from "./skeleton.module.css";

/** A stand-in of the true size of what is coming, so that nothing shifts when it arrives. */
export function Bone({ width = "100%", height = "1rem" }: { width?: string; height?: string }): ReactElement {
  return <span className={styles["bone"]} style={{ width, height }} aria-hidden="true" />;
}

/** Says once to a screen reader that something is being loaded. */
export function Loading({ what, children }: { what: string; children: ReactElement | ReactElement[] }): ReactElement {
  return (
    <div aria-live="polite" aria-busy="true" data-state="loading">
      <span className="visually-hidden">Loading {what}</span>
      {children}
    </div>
  );
}

import type { ReactElement, ReactNode } from "react";
import styles from "./gallery.module.css";

/** A component of the gallery. */
export function Section({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return (
    <section className={styles["section"]} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** One of its states, named. */
export function State({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <div className={styles["state"]} data-gallery-state={name}>
      <h3>{name}</h3>
      {children}
    </div>
  );
}

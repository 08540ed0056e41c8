import { type ReactElement, type ReactNode, useId } from "react";
import styles from "./panel.module.css";

interface PanelProps {
  title: string;
  /** Beside the title: a choice, a button. */
  aside?: ReactNode;
  /** Rows that reach the edges bring their own padding. */
  flush?: boolean;
  children: ReactNode;
}

/** A part of a page with a name. */
export function Panel({ title, aside, flush, children }: PanelProps): ReactElement {
  const id = useId();
  return (
    <section className={styles["panel"]} aria-labelledby={id}>
      <div className={styles["head"]}>
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      <div className={styles["body"]} data-padded={flush === true ? undefined : ""}>
        {children}
      </div>
    </section>
  );
}

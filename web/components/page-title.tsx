import type { ReactElement, ReactNode } from "react";
import { useTitle } from "../data/use-title.ts";
import styles from "./page-title.module.css";

/** The headline of a page, what it is about in a line, and what can be done there; names the browser's tab, too. */
export function PageTitle({
  title,
  lede,
  children,
}: {
  title: string;
  lede?: ReactNode;
  children?: ReactNode;
}): ReactElement {
  useTitle(title);
  return (
    <div className={styles["bar"]}>
      <div>
        <h1>{title}</h1>
        {lede !== undefined && <div className={styles["lede"]}>{lede}</div>}
      </div>
      {children}
    </div>
  );
}

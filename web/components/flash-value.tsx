import { type ReactElement, useState } from "react";
import styles from "./flash-value.module.css";

/** A value that shows once, softly, that it has changed; never on its first appearance. */
export function FlashValue({ value }: { value: string }): ReactElement {
  const [shown, setShown] = useState({ value, changes: 0 });
  if (shown.value !== value) setShown({ value, changes: shown.changes + 1 });
  return (
    <span key={shown.changes} className={shown.changes > 0 ? styles["flash"] : undefined}>
      {value}
    </span>
  );
}

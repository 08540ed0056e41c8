import { Button } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";
import { refusalOf } from "../data/http.ts";
import form from "./form.module.css";

interface AskFootProps {
  /** Why the server refused it the last time. */
  error: Error | null;
  /** What stands on the button that changes nothing. */
  leave: string;
  onLeave: () => void;
  /** The button that does it. */
  children: ReactNode;
}

/** The end of every dialog that asks once more: why it was refused, the way out, and the button that does it. */
export function AskFoot({ error, leave, onLeave, children }: AskFootProps): ReactElement {
  return (
    <>
      {error !== null && (
        <p className={form["refused"]} role="alert">
          {refusalOf(error)}
        </p>
      )}
      <div className={form["foot"]}>
        <Button variant="default" onClick={onLeave}>
          {leave}
        </Button>
        {children}
      </div>
    </>
  );
}

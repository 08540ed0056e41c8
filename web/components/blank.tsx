import { IconAlertCircle, IconLock } from "@tabler/icons-react";
import { Button } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";
import { refusalOf } from "../data/http.ts";
import styles from "./blank.module.css";

interface BlankProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  compact?: boolean;
  /** It stands in place of a whole page, and is its headline. */
  isPage?: boolean;
}

/** A place with nothing to list: says what that means and what to do next. */
export function Blank({ icon, title, children, action, compact, isPage }: BlankProps): ReactElement {
  return (
    <div className={styles["blank"]} data-compact={compact === true ? "" : undefined}>
      <span className={styles["icon"]}>{icon}</span>
      {isPage === true ? <h1 className={styles["title"]}>{title}</h1> : <p className={styles["title"]}>{title}</p>}
      {children !== undefined && <div className={styles["text"]}>{children}</div>}
      {action !== undefined && <div className={styles["action"]}>{action}</div>}
    </div>
  );
}

/** Something could not be loaded: what happened, what is safe, what to do. */
export function Failed({ error, what, onRetry }: { error: unknown; what: string; onRetry?: () => void }): ReactElement {
  return (
    <div role="alert">
      <Blank
        compact
        icon={<IconAlertCircle size={20} />}
        title={`${what} could not be loaded`}
        action={
          onRetry !== undefined && (
            <Button variant="default" onClick={onRetry}>
              Try again
            </Button>
          )
        }
      >
        {refusalOf(error)} What is recorded is safe.
      </Blank>
    </div>
  );
}

interface RefusedProps {
  page: string;
  needs: string;
  as: string;
  isPage?: boolean;
}

/** This role may not see this page. */
export function Refused({ page, needs, as, isPage = false }: RefusedProps): ReactElement {
  return (
    <Blank
      icon={<IconLock size={20} />}
      title={`${page} is for ${needs}`}
      isPage={isPage}
      action={
        <Button component="a" href="/" variant="default">
          Go to your own page
        </Button>
      }
    >
      You are signed in as {as}. Ask an administrator if you need it, or sign in as somebody else from your account’s
      menu.
    </Blank>
  );
}

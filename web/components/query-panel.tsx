import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { Failed } from "./blank.tsx";
import { Panel } from "./panel.tsx";
import { Bone, Loading } from "./skeleton.tsx";
import styles from "./query-panel.module.css";

interface QueryPanelProps<T> {
  title: string;
  /** In a sentence: "Agents could not be loaded". */
  what: string;
  query: UseQueryResult<readonly T[], Error>;
  aside?: ReactNode;
  /** Stands there when the list is empty. */
  empty: ReactElement;
  children: (items: readonly T[]) => ReactElement;
}

/** A list from the server in all its states: being fetched, refused, empty, there. */
export function QueryPanel<T>({ title, what, query, aside, empty, children }: QueryPanelProps<T>): ReactElement {
  return (
    <Panel title={title} aside={aside} flush>
      {query.data === undefined && query.isError && (
        <Failed what={what} error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data === undefined && !query.isError && (
        <Loading what={what.toLowerCase()}>
          <div className={styles["bones"]}>
            <Bone height="1.25rem" />
            <Bone height="1.25rem" />
            <Bone height="1.25rem" />
          </div>
        </Loading>
      )}
      {query.data !== undefined &&
        (query.data.length === 0 ? empty : <Scroll title={title}>{children(query.data)}</Scroll>)}
    </Panel>
  );
}

/** A table that is wider than a phone is scrolled sideways, by keyboard as well. */
function Scroll({ title, children }: { title: string; children: ReactElement }): ReactElement {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable without a pointer
    <section className={styles["scroll"]} aria-label={`${title}, table`} tabIndex={0}>
      {children}
    </section>
  );
}

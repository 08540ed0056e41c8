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
        (query.data.length === 0 ? empty : <div className={styles["scroll"]}>{children(query.data)}</div>)}
    </Panel>
  );
}

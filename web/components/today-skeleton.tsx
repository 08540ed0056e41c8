import type { ReactElement } from "react";
import page from "../pages/today.module.css";
import { Bone, Loading } from "./skeleton.tsx";
import styles from "./today-skeleton.module.css";

/** Today in outline, while the first word of the feed is on its way. */
export function TodaySkeleton(): ReactElement {
  return (
    <Loading what="today's work and visits">
      <div className={styles["title"]}>
        <Bone width="16rem" height="2.25rem" />
        <Bone width="22rem" height="1rem" />
      </div>
      <div className={page["columns"]} data-tab="work">
        <div className={styles["panel"]}>
          {[0, 1, 2, 3].map((line) => (
            <div key={line} className={styles["line"]}>
              <Bone width="4rem" height="1.75rem" />
              <div className={styles["body"]}>
                <Bone width="40%" height="1.25rem" />
                <Bone width="90%" />
                <Bone width="60%" />
                <Bone width="70%" height="1.875rem" />
              </div>
            </div>
          ))}
        </div>
        <div className={styles["panel"]}>
          {[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((row) => (
            <div key={row} className={styles["row"]}>
              <Bone width="5rem" />
              <Bone height="2rem" width={`${24 + ((row * 17) % 40)}%`} />
            </div>
          ))}
        </div>
      </div>
    </Loading>
  );
}

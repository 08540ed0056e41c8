import { IconCloudOff } from "@tabler/icons-react";
import { Tooltip } from "@mantine/core";
import type { ReactElement } from "react";
import type { FeedState } from "../data/live/feed-state.ts";
import styles from "./live-chip.module.css";

/** The small sign in the header that says how current the screen is. */
export function LiveChip({ feed }: { feed: FeedState }): ReactElement {
  return (
    <Tooltip label={feed.sentence} multiline maw={280}>
      <span className={styles["chip"]} data-state={feed.state} data-testid="live-chip">
        <span className={styles["dot"]} />
        <span className={styles["word"]}>{feed.word}</span>
        <span className="visually-hidden">{feed.sentence}</span>
      </span>
    </Tooltip>
  );
}

/** The line under the header while the screen is not current. */
export function FeedBanner({ feed }: { feed: FeedState }): ReactElement {
  const isBad = feed.state === "offline" || feed.state === "stale";
  return (
    <div aria-live="polite">
      {isBad && (
        <div className={styles["banner"]} data-state={feed.state} data-testid="feed-banner">
          <IconCloudOff size={16} aria-hidden="true" />
          {feed.sentence}
        </div>
      )}
    </div>
  );
}

import { Button } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { RoomView } from "#contract/api/views.ts";
import { refusalOf } from "../../data/http.ts";
import { useResetRoom } from "../../data/rooms.ts";
import { clockTime } from "../../words/time-words.ts";
import styles from "./reset-button.module.css";

/** Whoever has cleaned and set up a room says so here; the check of the next visit takes it from there. */
export function ResetButton({ room, size }: { room: RoomView; size: "sm" | "xl" }): ReactElement {
  const reset = useResetRoom();
  return (
    <div className={styles["reset"]} data-size={size}>
      <Button
        size={size}
        variant="default"
        leftSection={<IconChecks size={size === "xl" ? 28 : 16} aria-hidden="true" />}
        loading={reset.isPending}
        onClick={() => reset.mutate(room.key)}
      >
        Room is reset
      </Button>
      <output className={styles["said"]}>
        {reset.isSuccess && `Noted at ${clockTime(Date.parse(reset.data.at), room.zone)}. Thank you.`}
        {reset.isError && refusalOf(reset.error)}
      </output>
    </div>
  );
}

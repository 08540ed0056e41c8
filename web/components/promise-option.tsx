import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { PromiseOption as Option } from "#contract/api/requests.ts";
import type { Status } from "../words/status-words.ts";
import { Forecast } from "./forecast.tsx";
import styles from "./promise-option.module.css";
import { StatusMark } from "./status-mark.tsx";
import { floorWords } from "../words/floor-words.ts";

const answers: Readonly<Record<Option["answer"], { word: string; status: Status }>> = {
  yes: { word: "Yes", status: "ready" },
  likely: { word: "Likely", status: "degraded" },
  uncertain: { word: "Uncertain", status: "at_risk" },
  no: { word: "No", status: "not_ready" },
};

interface PromiseOptionProps {
  option: Option;
  /** The one that is offered first. */
  isBest: boolean;
  onBook: (option: Option) => void;
}

/** One room as an answer: a word, the forecast, and the one reason that matters. */
export function PromiseOption({ option, isBest, onBook }: PromiseOptionProps): ReactElement {
  const { room, answer, reason, to_do } = option;
  const { word, status } = answers[answer];
  // What is said as the reason already is not said again.
  const toDo = to_do.filter((one) => one !== reason);
  const isPossible = option.fits && option.free;
  return (
    <article className={styles["option"]} aria-label={room.name} data-answer={answer}>
      <div>
        <p className={styles["head"]}>
          <span className={styles["name"]}>{room.name}</span>
          <span className={styles["meta"]}>
            {floorWords(room.floor)} · {room.seats} seats
          </span>
        </p>
        <p className={styles["answer"]}>
          <StatusMark status={status} word={word} />
          {isPossible && <Forecast p={option.p_ready} basis={option.basis} saidAs={word} />}
        </p>
        <p className={styles["reason"]}>{reason}</p>
        {toDo.length > 0 && (
          <p className={styles["todo"]}>Has to be done: {toDo.map((one) => one.replace(/\.$/, "")).join("; ")}.</p>
        )}
      </div>
      <div className={styles["actions"]}>
        {isPossible && (
          <Button variant={isBest && answer === "yes" ? "filled" : "default"} size="sm" onClick={() => onBook(option)}>
            Book
          </Button>
        )}
        <Button
          component={Link}
          to="/rooms/$site/$room"
          params={{ site: room.site, room: room.room } as never}
          variant="subtle"
          color="gray"
          size="sm"
        >
          Look at it
        </Button>
      </div>
    </article>
  );
}

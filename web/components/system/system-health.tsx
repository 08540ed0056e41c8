import type { ReactElement } from "react";
import type { SystemView } from "#contract/api/views.ts";
import type { Status } from "../../words/status-words.ts";
import { StatusMark } from "../status-mark.tsx";
import styles from "./system-health.module.css";

interface Part {
  name: string;
  status: Status;
  word: string;
  sentence: string;
}

/** What each part of the system says of itself. */
function systemParts(system: SystemView): Part[] {
  return [
    system.broker
      ? { name: "Broker", status: "ready", word: "Connected", sentence: "Messages of the rooms arrive." }
      : {
          name: "Broker",
          status: "not_ready",
          word: "Away",
          sentence: "Nothing is heard from the rooms; agents keep their readings and send them later.",
        },
    gatewayPart(system),
    historyPart(system),
    system.rejected_last_hour === 0
      ? { name: "Messages", status: "ready", word: "All taken", sentence: "No message was refused in the last hour." }
      : {
          name: "Messages",
          status: "degraded",
          word: `${system.rejected_last_hour} refused`,
          sentence: "In the last hour. They are kept below, each with its reason.",
        },
  ];
}

function gatewayPart({ gateway }: SystemView): Part {
  if (gateway === "live")
    return {
      name: "Judging",
      status: "ready",
      word: "Running",
      sentence: "Rooms are judged as their readings arrive.",
    };
  if (gateway === "stale")
    return {
      name: "Judging",
      status: "not_ready",
      word: "Silent",
      sentence: "No verdict has come for a while; what is shown is the last known.",
    };
  return {
    name: "Judging",
    status: "unknown",
    word: "Not heard yet",
    sentence: "The gateway has not spoken since this server started.",
  };
}

function historyPart({ history, spooled }: SystemView): Part {
  const waiting = spooled === 1 ? "1 reading waits" : `${spooled} readings wait`;
  if (history === "ok")
    return {
      name: "History",
      status: "ready",
      word: "Recording",
      sentence: spooled === 0 ? "Every reading is stored." : `${waiting} to be stored.`,
    };
  if (history === "spooling")
    return {
      name: "History",
      status: "degraded",
      word: "Waiting",
      sentence: `The history store is away; ${waiting} safely on disk.`,
    };
  return {
    name: "History",
    status: "not_ready",
    word: "Full",
    sentence: "The disk for waiting readings is full: free some space, and taking resumes.",
  };
}

export function SystemHealth({ system }: { system: SystemView }): ReactElement {
  return (
    <ul className={styles["parts"]}>
      {systemParts(system).map((part) => (
        <li key={part.name} className={styles["part"]}>
          <p className={styles["name"]}>{part.name}</p>
          <p className={styles["word"]}>
            <StatusMark status={part.status} word={part.word} />
          </p>
          <p className={styles["sentence"]}>{part.sentence}</p>
        </li>
      ))}
    </ul>
  );
}

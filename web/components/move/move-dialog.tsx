import { Button, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactElement } from "react";
import type { DemoView } from "#contract/api/views.ts";
import type { Alternative } from "#contract/messages/alert.ts";
import { useMoveDemo } from "../../data/demos.ts";
import { refusalOf } from "../../data/http.ts";
import { displacedWords } from "../../words/alternative-words.ts";
import { floorInside } from "../../words/floor-words.ts";
import { sourceWords } from "../../words/source-words.ts";
import { spanOfDay } from "../../words/time-words.ts";
import { Forecast } from "../forecast.tsx";
import { AskFoot } from "../ask-foot.tsx";
import form from "../form.module.css";
import styles from "./move-dialog.module.css";

interface MoveDialogProps {
  demo: DemoView;
  /** Where it would go; the dialog is open while there is something. */
  to: Alternative | undefined;
  onClose: () => void;
}

/** Asks once more before a visit is moved, and says what moving does not do by itself. */
export function MoveDialog({ demo, to, onClose }: MoveDialogProps): ReactElement {
  return (
    <Modal opened={to !== undefined} onClose={onClose} title={`Move ${demo.account ?? demo.title}`}>
      {to !== undefined && <Move demo={demo} to={to} onClose={onClose} />}
    </Modal>
  );
}

function Move({ demo, to, onClose }: { demo: DemoView; to: Alternative; onClose: () => void }): ReactElement {
  const move = useMoveDemo(() => tellMoved(demo, to.name));
  const submit = (): void => move.mutate({ id: demo.id, room: to.room }, { onSuccess: onClose });
  const reminders = remindersOf(demo, to);
  return (
    <div className={form["form"]}>
      <dl className={styles["way"]}>
        <div>
          <dt>From</dt>
          <dd>
            {demo.room_name} <span>{floorInside(demo.floor)}</span>
          </dd>
        </div>
        <div>
          <dt>To</dt>
          <dd>
            {to.name} <span>{floorInside(to.floor)}</span>
          </dd>
        </div>
        <div>
          <dt>When</dt>
          <dd>{spanOfDay(Date.parse(demo.start), Date.parse(demo.end), demo.zone)}</dd>
        </div>
        <div>
          <dt>There</dt>
          <dd>
            <Forecast p={to.p_ready} />
          </dd>
        </div>
      </dl>
      <div>
        <p className={styles["title"]}>Still to be done by you</p>
        <ul className={styles["reminders"]}>
          {reminders.map((reminder) => (
            <li key={reminder}>{reminder}</li>
          ))}
        </ul>
      </div>
      <AskFoot error={move.error} leave="Leave it" onLeave={onClose}>
        <Button loading={move.isPending} onClick={submit} data-autofocus>
          Move to {to.name}
        </Button>
      </AskFoot>
    </div>
  );
}

const tellMoved = (demo: DemoView, name: string): void =>
  void notifications.show({
    title: `${demo.account ?? demo.title} is in ${name}`,
    message: <Moved demo={demo} name={name} />,
    autoClose: 15_000,
  });

function remindersOf(demo: DemoView, to: Alternative): string[] {
  const reminders = [`Tell the client and ${demo.host ?? "the host"} that it is ${to.name} now.`];
  if (demo.source.startsWith("calendar:"))
    reminders.push(`${capital(sourceWords(demo.source))} still says ${demo.room_name}: change it there when you can.`);
  if (to.displaces > 0)
    reminders.push(`${capital(displacedWords(to.displaces))}: ask whoever has ${to.name} then to make room.`);
  return reminders;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Stands in the notification: it can be taken back at once. */
function Moved({ demo, name }: { demo: DemoView; name: string }): ReactElement {
  const back = useMoveDemo();
  return (
    <span className={styles["moved"]}>
      {back.isSuccess ? `Back in ${demo.room_name}.` : `The visit is planned in ${name} now.`}
      {!back.isSuccess && (
        <Button
          size="compact-sm"
          variant="default"
          loading={back.isPending}
          onClick={() => back.mutate({ id: demo.id, room: demo.room_key })}
        >
          Undo
        </Button>
      )}
      {back.isError && <span role="alert">{refusalOf(back.error)}</span>}
    </span>
  );
}

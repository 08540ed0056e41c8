import { Button, Modal, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, type ReactElement, useState } from "react";
import type { PromiseInput, PromiseOption } from "#contract/api/requests.ts";
import type { TemplateView } from "#contract/api/templates.ts";
import { useAddDemo } from "../data/demos.ts";
import { refusalOf } from "../data/http.ts";
import { useMe } from "../data/me.ts";
import { spanOfDay } from "../words/time-words.ts";
import { withCapabilities, withPeople } from "./needs/own-needs.ts";
import form from "./form.module.css";
import { floorInside } from "../words/floor-words.ts";

interface BookDialogProps {
  /** What is booked; the dialog is open while there is something. */
  option: PromiseOption | undefined;
  asked: PromiseInput | undefined;
  template: TemplateView | undefined;
  onClose: () => void;
  onBooked: () => void;
}

/** Turns an answer into a visit. */
export function BookDialog({ option, asked, template, onClose, onBooked }: BookDialogProps): ReactElement {
  return (
    <Modal opened={option !== undefined} onClose={onClose} title={`Book ${option?.room.name ?? ""}`}>
      {option !== undefined && asked !== undefined && (
        <BookForm option={option} asked={asked} template={template} onClose={onClose} onBooked={onBooked} />
      )}
    </Modal>
  );
}

interface BookFormProps {
  option: PromiseOption;
  asked: PromiseInput;
  template: TemplateView | undefined;
  onClose: () => void;
  onBooked: () => void;
}

function BookForm({ option, asked, template, onClose, onBooked }: BookFormProps): ReactElement {
  const me = useMe().data;
  const [account, setAccount] = useState("");
  const add = useAddDemo();
  const { people, capabilities = [] } = asked.needs;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const name = account.trim();
    add.mutate(
      {
        room: option.room.key,
        title: `${name} visit`,
        account: name,
        start: asked.start,
        end: asked.end,
        needs: withCapabilities(withPeople({}, people), template?.needs ?? {}, capabilities),
        ...(template === undefined ? {} : { template: template.id }),
        ...(me === undefined ? {} : { host: me.name }),
      },
      {
        onSuccess: () => {
          notifications.show({ title: `${option.room.name} is booked`, message: `${name} is among your visits.` });
          onBooked();
        },
      },
    );
  };
  return (
    <form className={form["form"]} onSubmit={submit}>
      <p>
        {option.room.name}, {floorInside(option.room.floor)},{" "}
        {spanOfDay(Date.parse(asked.start), Date.parse(asked.end), option.room.zone)}
        {template !== undefined && <> · {template.name}</>}
      </p>
      <TextInput
        label="Client"
        required
        maxLength={128}
        data-autofocus
        value={account}
        onChange={(event) => setAccount(event.currentTarget.value)}
      />
      {add.isError && (
        <p className={form["refused"]} role="alert">
          {refusalOf(add.error)}
        </p>
      )}
      <div className={form["foot"]}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={add.isPending}>
          Book the room
        </Button>
      </div>
    </form>
  );
}

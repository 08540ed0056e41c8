import { Button, FileInput, NumberInput, SegmentedControl, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, type ReactElement, useState } from "react";
import { useSaveCalendar } from "../../data/calendars.ts";
import { refusalOf } from "../../data/http.ts";
import { importWords } from "../../words/import-words.ts";
import form from "../form.module.css";
import { RoomSelect } from "../room-select.tsx";

/** Makes a name that is allowed from what was typed: lower case, dashes. */
const asName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+/g, "")
    .slice(0, 63);

/** Connects a feed by its address, or takes a file. */
export function AddCalendar({ onDone }: { onDone: () => void }): ReactElement {
  const save = useSaveCalendar();
  const [how, setHow] = useState<"feed" | "file">("feed");
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [room, setRoom] = useState<string>();
  const [marker, setMarker] = useState("");
  const [refresh, setRefresh] = useState<number>(15);
  const isComplete = name !== "" && (how === "feed" ? url !== "" : file !== null);
  const submit = async (): Promise<void> => {
    const ics = how === "file" ? await file?.text() : undefined;
    save.mutate(
      {
        name: name.replaceAll(/-+$/g, ""),
        ...(how === "feed" ? { url, refresh_min: refresh } : {}),
        ...(ics === undefined ? {} : { ics }),
        ...(room === undefined ? {} : { room }),
        ...(marker === "" ? {} : { demo_marker: marker }),
      },
      {
        onSuccess: ({ report }) => {
          notifications.show({ title: "Calendar connected", message: importWords(report) });
          onDone();
        },
      },
    );
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void submit();
  };
  return (
    <form className={form["form"]} onSubmit={onSubmit}>
      <SegmentedControl
        fullWidth
        aria-label="Where the calendar comes from"
        value={how}
        onChange={(value) => setHow(value)}
        data={[
          { value: "feed", label: "Address of a feed" },
          { value: "file", label: "A file" },
        ]}
      />
      <TextInput
        label="Name"
        description="Small letters, digits and dashes."
        required
        value={name}
        onChange={(event) => setName(asName(event.currentTarget.value))}
      />
      {how === "feed" ? (
        <div className={form["pair"]}>
          <TextInput
            label="Address"
            type="url"
            placeholder="https://…/calendar.ics"
            required
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <NumberInput
            label="Read again every"
            suffix=" min"
            min={1}
            max={1_440}
            value={refresh}
            onChange={(value) => setRefresh(typeof value === "number" ? value : 15)}
          />
        </div>
      ) : (
        <FileInput
          label="File"
          placeholder="Choose an .ics file"
          accept=".ics,text/calendar"
          required
          value={file}
          onChange={setFile}
        />
      )}
      <RoomSelect
        label="Room"
        value={room}
        onChange={setRoom}
        field={{
          clearable: true,
          placeholder: "As each event says",
          description: "Only if every event is in one room.",
        }}
      />
      <TextInput
        label="What marks a visit"
        description="Only events with this word in their title or category are visits; the rest count as bookings."
        placeholder="demo"
        maxLength={64}
        value={marker}
        onChange={(event) => setMarker(event.currentTarget.value)}
      />
      {save.isError && (
        <p className={form["refused"]} role="alert">
          {refusalOf(save.error)}
        </p>
      )}
      <div className={form["foot"]}>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isComplete} loading={save.isPending}>
          Connect
        </Button>
      </div>
    </form>
  );
}

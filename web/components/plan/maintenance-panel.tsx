import { Button, Modal, TextInput } from "@mantine/core";
import { IconTool } from "@tabler/icons-react";
import { type FormEvent, type ReactElement, useState } from "react";
import type { MaintenanceView } from "#contract/api/admin.ts";
import type { RoomView } from "#contract/api/views.ts";
import { refusalOf } from "../../data/http.ts";
import { useRooms } from "../../data/live/use-live.ts";
import { useAddMaintenance, useMaintenance, useRemoveMaintenance } from "../../data/maintenance.ts";
import { useNow } from "../../data/now.ts";
import { dayWords, spanOfDay, whenWords } from "../../words/time-words.ts";
import { dayText } from "../../words/zoned-time.ts";
import { Blank } from "../blank.tsx";
import table from "../data-table.module.css";
import form from "../form.module.css";
import { QueryPanel } from "../query-panel.tsx";
import { RemoveButton } from "../remove-button.tsx";
import { RoomSelect } from "../room-select.tsx";
import { StatusMark } from "../status-mark.tsx";
import { spanInstants, ZonedSpanFields } from "../zoned-span-fields.tsx";
import { floorShort } from "../../words/floor-words.ts";

/** When rooms are worked on. A window mutes messages about a room, never its verdict. */
export function MaintenancePanel(): ReactElement {
  const windows = useMaintenance();
  const [isAdding, setAdding] = useState(false);
  const add = <Button onClick={() => setAdding(true)}>Plan maintenance</Button>;
  return (
    <>
      <QueryPanel
        title="Maintenance"
        what="Maintenance windows"
        query={windows}
        aside={add}
        empty={
          <Blank compact icon={<IconTool size={20} />} title="No maintenance is planned">
            Plan a window when a room is worked on: visits are warned of it at once, and nobody is sent there meanwhile.
          </Blank>
        }
      >
        {(items) => <Windows windows={items} />}
      </QueryPanel>
      <Modal opened={isAdding} onClose={() => setAdding(false)} title="Plan maintenance">
        <AddWindow onDone={() => setAdding(false)} />
      </Modal>
    </>
  );
}

function Windows({ windows }: { windows: readonly MaintenanceView[] }): ReactElement {
  const now = useNow(60_000);
  const rooms = new Map(useRooms().map((room) => [room.key, room]));
  const remove = useRemoveMaintenance();
  return (
    <table className={table["table"]}>
      <thead>
        <tr>
          <th scope="col">Room</th>
          <th scope="col">When</th>
          <th scope="col">Why</th>
          <th scope="col">
            <span className="visually-hidden">Change</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {windows
          .toSorted((a, b) => (a.start < b.start ? -1 : 1))
          .map((window) => {
            const room = rooms.get(window.room);
            const isOpen = Date.parse(window.start) <= now && now < Date.parse(window.end);
            return (
              <tr key={window.id}>
                <td className={table["strong"]}>
                  {room?.name ?? window.room}{" "}
                  <span className={table["muted"]}>{room === undefined ? "" : floorShort(room.floor)}</span>
                </td>
                <td data-label="When">
                  {whenOf(window, room, now)} {isOpen && <StatusMark status="maintenance" word="now" shape="pill" />}
                </td>
                <td data-label="Why">{window.reason}</td>
                <td className={table["figure"]} data-actions>
                  <RemoveButton
                    id={window.id}
                    what={`the maintenance of ${room?.name ?? window.room}`}
                    removing={remove}
                  />
                </td>
              </tr>
            );
          })}
      </tbody>
    </table>
  );
}

function whenOf(window: MaintenanceView, room: RoomView | undefined, now: number): string {
  const zone = room?.zone ?? "UTC";
  const [start, end] = [Date.parse(window.start), Date.parse(window.end)];
  const isOneDay = dayText(start, zone) === dayText(end - 1, zone);
  return isOneDay
    ? `${dayWords(start, now, zone)} ${spanOfDay(start, end, zone)}`
    : `${whenWords(start, now, zone)} until ${whenWords(end, now, zone)}`;
}

function AddWindow({ onDone }: { onDone: () => void }): ReactElement {
  const rooms = useRooms();
  const now = useNow(60_000);
  const add = useAddMaintenance();
  const [room, setRoom] = useState<string>();
  const [reason, setReason] = useState("");
  const zone = rooms.find((one) => one.key === room)?.zone ?? rooms[0]?.zone ?? "UTC";
  const [span, setSpan] = useState(() => ({
    day: dayText(now, zone),
    from: "18:00",
    endDay: dayText(now, zone),
    to: "20:00",
  }));
  const instants = spanInstants(span, zone);
  const fault = "fault" in instants ? instants.fault : add.isError ? refusalOf(add.error) : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (room !== undefined && "start" in instants) add.mutate({ room, reason, ...instants }, { onSuccess: onDone });
  };
  return (
    <form className={form["form"]} onSubmit={submit}>
      <RoomSelect value={room} onChange={setRoom} field={{ required: true, placeholder: "Which room" }} />
      <ZonedSpanFields span={span} onChange={setSpan} />
      <TextInput
        label="What is done"
        placeholder="Carpet cleaning"
        required
        maxLength={256}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {fault !== undefined && (
        <p className={form["refused"]} role="alert">
          {fault}
        </p>
      )}
      <div className={form["foot"]}>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={add.isPending} disabled={room === undefined || "fault" in instants}>
          Plan it
        </Button>
      </div>
    </form>
  );
}

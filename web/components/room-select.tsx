import { Select, type SelectProps } from "@mantine/core";
import type { ReactElement } from "react";
import { useRooms } from "../data/live/use-live.ts";
import { floorInside } from "../words/floor-words.ts";

interface RoomSelectProps {
  value: string | undefined;
  onChange: (room: string | undefined) => void;
  label?: string;
  /** Extra: whether it must be chosen, what stands there before. */
  field?: Pick<SelectProps, "required" | "placeholder" | "clearable" | "description" | "error">;
}

/** Chooses a room by name. */
export function RoomSelect({ value, onChange, label = "Room", field }: RoomSelectProps): ReactElement {
  const rooms = useRooms();
  return (
    <Select
      label={label}
      searchable
      limit={60}
      nothingFoundMessage="No room is called that"
      value={value ?? null}
      onChange={(room) => onChange(room ?? undefined)}
      data={rooms.map((room) => ({ value: room.key, label: `${room.name}, ${floorInside(room.floor)}` }))}
      {...field}
    />
  );
}

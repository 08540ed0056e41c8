import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { IconBuildingOff, IconSearch } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import { Blank } from "../components/blank.tsx";
import { UnclaimedNotice } from "../components/claims/unclaimed-notice.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { countEyes, filterRooms, type Show } from "../components/room-board/board-rows.ts";
import { RoomBoard } from "../components/room-board/room-board.tsx";
import { Bone, Loading } from "../components/skeleton.tsx";
import { useHasData, useRooms } from "../data/live/use-live.ts";
import styles from "./rooms.module.css";

/** Every room, live, by floor. */
export function RoomsPage(): ReactElement {
  const rooms = useRooms();
  const hasData = useHasData();
  const [text, setText] = useState("");
  const [show, setShow] = useState<Show>("all");
  const shown = filterRooms(rooms, { text, show });
  const eyes = countEyes(rooms);
  if (!hasData) return <RoomsSkeleton />;
  return (
    <>
      <PageTitle
        title="Rooms"
        lede={
          eyes === 0
            ? `All ${rooms.length} rooms are in order.`
            : `${eyes} of ${rooms.length} rooms ${eyes === 1 ? "needs" : "need"} somebody to look.`
        }
      />
      <UnclaimedNotice />
      <div className={styles["tools"]}>
        <TextInput
          aria-label="Find a room"
          placeholder="Find a room or a floor"
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label="Which rooms"
          value={show}
          onChange={(value) => setShow(value)}
          data={[
            { value: "all", label: "All" },
            { value: "eyes", label: `Need a look · ${eyes}` },
            { value: "ready", label: "Ready" },
          ]}
        />
      </div>
      {shown.length === 0 ? (
        <Blank
          icon={<IconBuildingOff size={20} />}
          title={rooms.length === 0 ? "No rooms yet" : "No room is like that"}
          action={
            rooms.length > 0 && (
              <Button
                variant="default"
                onClick={() => {
                  setText("");
                  setShow("all");
                }}
              >
                Show all rooms
              </Button>
            )
          }
        >
          {rooms.length === 0
            ? "Rooms appear here once they have a room card. Start with one: its name, floor, seats and devices."
            : "No room matches what you look for."}
        </Blank>
      ) : (
        <RoomBoard rooms={shown} />
      )}
    </>
  );
}

function RoomsSkeleton(): ReactElement {
  return (
    <Loading what="rooms">
      <Bone width="9rem" height="2.25rem" />
      <div className={styles["skeleton"]}>
        {Array.from({ length: 12 }, (_, index) => (
          <Bone key={index} height="9.5rem" />
        ))}
      </div>
    </Loading>
  );
}

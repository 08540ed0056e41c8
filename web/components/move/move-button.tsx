import { Button } from "@mantine/core";
import { type ReactElement, useState } from "react";
import type { DemoView } from "#contract/api/views.ts";
import type { Alternative } from "#contract/messages/alert.ts";
import { MoveDialog } from "./move-dialog.tsx";

interface MoveButtonProps {
  demo: DemoView;
  to: Alternative;
  /** It may be pressed, and need not be. */
  isCalm?: boolean;
}

/** The best other room in one press, where moving is the remedy that is left. */
export function MoveButton({ demo, to, isCalm }: MoveButtonProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="compact-sm" variant={isCalm === true ? "default" : "filled"} onClick={() => setOpen(true)}>
        Move to {to.name}
      </Button>
      <MoveDialog demo={demo} to={isOpen ? to : undefined} onClose={() => setOpen(false)} />
    </>
  );
}

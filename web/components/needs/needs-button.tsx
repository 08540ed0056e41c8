import { Button } from "@mantine/core";
import { type ReactElement, useState } from "react";
import type { DemoView } from "#contract/api/views.ts";
import { useMe } from "../../data/me.ts";
import { NeedsDialog } from "./needs-dialog.tsx";

interface NeedsButtonProps {
  demo: DemoView;
  size: "sm" | "compact-xs";
  variant: "default" | "subtle";
}

/** Opens what a visit needs, for those who may change it. It stays where it is while the visit's state changes under it. */
export function NeedsButton({ demo, size, variant }: NeedsButtonProps): ReactElement | null {
  const [isOpen, setOpen] = useState(false);
  const role = useMe().data?.role;
  if (!demo.mine && role !== "facilities" && role !== "admin") return null;
  return (
    <>
      <Button size={size} variant={variant} onClick={() => setOpen(true)}>
        What it needs
      </Button>
      <NeedsDialog demo={isOpen ? demo : undefined} onClose={() => setOpen(false)} />
    </>
  );
}

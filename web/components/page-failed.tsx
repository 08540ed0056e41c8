import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Blank, Failed } from "./blank.tsx";

/** A page broke: the rest of the application goes on. */
export function PageFailed({ error, reset }: { error: unknown; reset: () => void }): ReactElement {
  return <Failed what="This page" error={error} onRetry={reset} />;
}

export function NotFound(): ReactElement {
  return (
    <main>
      <Blank
        icon={<IconMapOff size={20} />}
        title="There is no page at this address"
        action={
          <Button component={Link} to="/" variant="default">
            Go to the start
          </Button>
        }
      >
        The link may be old, or mistyped.
      </Blank>
    </main>
  );
}

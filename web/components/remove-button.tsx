import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { UseMutationResult } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { refusalOf } from "../data/http.ts";

interface RemoveButtonProps {
  id: string;
  /** What is removed, for those who hear the page: "the visit of Acme". */
  what: string;
  /** One for a whole list: it knows which of them is on its way. */
  removing: UseMutationResult<unknown, Error, string>;
}

/** Removes one thing of a list; a refusal is said in words. */
export function RemoveButton({ id, what, removing }: RemoveButtonProps): ReactElement {
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      color="gray"
      loading={removing.isPending && removing.variables === id}
      aria-label={`Remove ${what}`}
      onClick={() =>
        removing.mutate(id, {
          onError: (error) => notifications.show({ color: "red", title: "Not removed", message: refusalOf(error) }),
        })
      }
    >
      Remove
    </Button>
  );
}

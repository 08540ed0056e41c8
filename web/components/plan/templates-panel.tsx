import { Button } from "@mantine/core";
import { IconTemplate } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import type { TemplateView } from "#contract/api/templates.ts";
import { useRemoveTemplate, useTemplates } from "../../data/templates.ts";
import { needsWords } from "../../words/needs-words.ts";
import { Blank } from "../blank.tsx";
import table from "../data-table.module.css";
import { RemoveButton } from "../remove-button.tsx";
import { QueryPanel } from "../query-panel.tsx";
import { TemplateDialog } from "./template-dialog.tsx";

/** What kinds of visit there are, and what each asks of a room. */
export function TemplatesPanel(): ReactElement {
  const templates = useTemplates();
  const [edited, edit] = useState<TemplateView | "new">();
  return (
    <>
      <QueryPanel
        title="Templates"
        what="Templates"
        query={templates}
        aside={<Button onClick={() => edit("new")}>New template</Button>}
        empty={
          <Blank compact icon={<IconTemplate size={20} />} title="No template">
            A template says once what a kind of visit needs; visits then follow it.
          </Blank>
        }
      >
        {(items) => <Templates templates={items} onEdit={edit} />}
      </QueryPanel>
      <TemplateDialog template={edited} onClose={() => edit(undefined)} />
    </>
  );
}

interface TemplatesProps {
  templates: readonly TemplateView[];
  onEdit: (template: TemplateView) => void;
}

function Templates({ templates, onEdit }: TemplatesProps): ReactElement {
  const remove = useRemoveTemplate();
  return (
    <table className={table["table"]}>
      <thead>
        <tr>
          <th scope="col">Template</th>
          <th scope="col">Asks for</th>
          <th scope="col">At risk below</th>
          <th scope="col">Chosen by</th>
          <th scope="col" className={table["figure"]}>
            Coming visits
          </th>
          <th scope="col">
            <span className="visually-hidden">Change</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {templates.map((template) => (
          <tr key={template.id} data-template={template.id}>
            <td className={`${table["strong"]} ${table["nowrap"]}`}>{template.name}</td>
            <td data-label="Asks for">{needsWords(template.needs)}</td>
            <td className={table["nowrap"]} data-label="At risk below">
              {Math.round((template.target ?? 0.95) * 1_000) / 10}&nbsp;%
            </td>
            <td className={table["muted"]} data-label="Chosen by">
              {chosenBy(template)}
            </td>
            <td className={table["figure"]} data-label="Coming visits">
              {template.visits}
            </td>
            <td className={`${table["figure"]} ${table["nowrap"]}`} data-actions>
              {template.editable && (
                <>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={`Change ${template.name}`}
                    onClick={() => onEdit(template)}
                  >
                    Change
                  </Button>
                  <RemoveButton id={template.id} what={template.name} removing={remove} />
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function chosenBy({ words, is_default }: TemplateView): string {
  const quoted = words.map((word) => `“${word}”`).join(", ");
  if (!is_default) return quoted === "" ? "by hand only" : quoted;
  return quoted === "" ? "every other visit" : `${quoted}, and every other visit`;
}

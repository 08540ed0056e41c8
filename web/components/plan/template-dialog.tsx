import { Button, Modal, Switch, TagsInput, TextInput } from "@mantine/core";
import { type FormEvent, type ReactElement, useState } from "react";
import type { TemplateView } from "#contract/api/templates.ts";
import { refusalOf } from "../../data/http.ts";
import { useMe } from "../../data/me.ts";
import { useSaveTemplate } from "../../data/templates.ts";
import form from "../form.module.css";
import { NeedsFields } from "../needs/needs-fields.tsx";
import { TargetField } from "../needs/target-field.tsx";

interface TemplateDialogProps {
  /** `new`, or the one that is changed; the dialog is open while there is something. */
  template: TemplateView | "new" | undefined;
  onClose: () => void;
}

/** A template of needs, new or changed. */
export function TemplateDialog({ template, onClose }: TemplateDialogProps): ReactElement {
  const known = template === "new" ? undefined : template;
  return (
    <Modal
      opened={template !== undefined}
      onClose={onClose}
      size="lg"
      title={known === undefined ? "New template" : `Template ${known.name}`}
    >
      {template !== undefined && <TemplateForm known={known} onClose={onClose} />}
    </Modal>
  );
}

function TemplateForm({ known, onClose }: { known: TemplateView | undefined; onClose: () => void }): ReactElement {
  const isDesk = useMe().data?.role !== "sales";
  const [name, setName] = useState(known?.name ?? "");
  const [needs, setNeeds] = useState(known?.needs ?? {});
  const [target, setTarget] = useState(known?.target);
  const [words, setWords] = useState(known?.words ?? []);
  const [isDefault, setDefault] = useState(known?.is_default ?? false);
  const save = useSaveTemplate();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const input = { name, needs, words, is_default: isDefault, ...(target === undefined ? {} : { target }) };
    save.mutate({ input, ...(known === undefined ? {} : { id: known.id }) }, { onSuccess: onClose });
  };
  return (
    <form className={form["form"]} onSubmit={submit}>
      <TextInput
        label="Name"
        placeholder="Board meeting with guests"
        required
        maxLength={64}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NeedsFields own={needs} inherited={{}} onChange={setNeeds} />
      <TargetField value={target} onChange={setTarget} />
      <TagsInput
        label="Chosen by these words"
        description="A calendar entry whose category or title has one of them gets this template by itself."
        placeholder={words.length === 0 ? "Type a word and press Enter" : ""}
        maxTags={32}
        value={words}
        onChange={setWords}
      />
      {isDesk && (
        <Switch
          label="For every visit without another template"
          checked={isDefault}
          onChange={(event) => setDefault(event.currentTarget.checked)}
        />
      )}
      {known !== undefined && known.visits > 0 && (
        <p className={form["hint"]}>
          {known.visits === 1 ? "1 coming visit changes" : `${known.visits} coming visits change`} with it, except where
          they ask for something else themselves.
        </p>
      )}
      {save.isError && (
        <p className={form["refused"]} role="alert">
          {refusalOf(save.error)}
        </p>
      )}
      <div className={form["foot"]}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

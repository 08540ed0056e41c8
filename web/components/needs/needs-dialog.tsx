import { Button, Modal, SegmentedControl, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, type ReactElement, useState } from "react";
import type { TemplateView } from "#contract/api/templates.ts";
import type { DemoView } from "#contract/api/views.ts";
import { useChangeDemo } from "../../data/demos.ts";
import { refusalOf } from "../../data/http.ts";
import { useTemplates } from "../../data/templates.ts";
import { needsWords } from "../../words/needs-words.ts";
import { Failed } from "../blank.tsx";
import form from "../form.module.css";
import { Bone, Loading } from "../skeleton.tsx";
import { NeedsFields } from "./needs-fields.tsx";
import { withPeople } from "./own-needs.ts";

interface NeedsDialogProps {
  /** Whose needs are changed; the dialog is open while there is one. */
  demo: DemoView | undefined;
  onClose: () => void;
}

/** What a visit needs: a template, what it asks beside or instead of it, and whether the client is let in. */
export function NeedsDialog({ demo, onClose }: NeedsDialogProps): ReactElement {
  return (
    <Modal
      opened={demo !== undefined}
      onClose={onClose}
      size="lg"
      title={`What ${demo?.account ?? demo?.title ?? ""} needs`}
    >
      {demo !== undefined && <Loaded demo={demo} onClose={onClose} />}
    </Modal>
  );
}

/** Templates are fetched when the dialog is opened. */
function Loaded({ demo, onClose }: { demo: DemoView; onClose: () => void }): ReactElement {
  const templates = useTemplates();
  if (templates.data !== undefined) return <NeedsForm demo={demo} templates={templates.data} onClose={onClose} />;
  if (templates.isError) return <Failed what="Templates" error={templates.error} />;
  return (
    <Loading what="templates">
      <Bone height="20rem" />
    </Loading>
  );
}

interface NeedsFormProps {
  demo: DemoView;
  templates: readonly TemplateView[];
  onClose: () => void;
}

function NeedsForm({ demo, templates, onClose }: NeedsFormProps): ReactElement {
  const [templateId, setTemplate] = useState(demo.template);
  const [own, setOwn] = useState(demo.own_needs ?? {});
  const [access, setAccess] = useState<DemoView["access"]>(demo.access);
  const change = useChangeDemo();
  const template = templates.find((one) => one.id === templateId);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate(
      { id: demo.id, change: { template: templateId ?? null, needs: own, access: access ?? null } },
      {
        onSuccess: () => {
          notifications.show({ title: "Saved", message: "The room is judged by it from now on." });
          onClose();
        },
      },
    );
  };
  return (
    <form className={form["form"]} onSubmit={submit}>
      <Select
        label="Template"
        placeholder="None"
        clearable
        value={templateId ?? null}
        onChange={(id) => setTemplate(id ?? undefined)}
        data={templates.map(({ id, name }) => ({ value: id, label: name }))}
        {...(template === undefined ? {} : { description: needsWords(template.needs) })}
      />
      {/* Made anew for another template, whose figures then stand as what is inherited. */}
      <NeedsFields key={templateId} own={own} inherited={template?.needs ?? {}} onChange={setOwn} />
      {template !== undefined && Object.keys(own).some((key) => key !== "people") && (
        <p className={form["hint"]}>
          This visit asks for something else than {template.name}: it stays so when the template is changed.{" "}
          <Button size="compact-xs" variant="subtle" onClick={() => setOwn(withPeople({}, own.people))}>
            Ask just what the template asks
          </Button>
        </p>
      )}
      <div>
        <p className={form["label"]} id="access-label">
          Door, host and badge
        </p>
        <SegmentedControl
          aria-labelledby="access-label"
          value={access ?? "unsaid"}
          onChange={(value) => setAccess(value === "unsaid" ? undefined : value)}
          data={[
            { value: "unsaid", label: "Not asked" },
            { value: "arranged", label: "Arranged" },
            { value: "missing", label: "Missing" },
          ]}
        />
      </div>
      {change.isError && (
        <p className={form["refused"]} role="alert">
          {refusalOf(change.error)}
        </p>
      )}
      <div className={form["foot"]}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={change.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

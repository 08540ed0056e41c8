import { Button, CopyButton, Modal, Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconUsers } from "@tabler/icons-react";
import { type FormEvent, type ReactElement, useState } from "react";
import type { PersonView } from "#contract/api/admin.ts";
import type { Role } from "#contract/api/views.ts";
import { refusalOf } from "../../data/http.ts";
import { useAddPerson, useDisablePerson, usePeople, useSignInLink } from "../../data/people.ts";
import { Blank } from "../blank.tsx";
import table from "../data-table.module.css";
import form from "../form.module.css";
import { QueryPanel } from "../query-panel.tsx";
import key from "./add-agent.module.css";

const roles: readonly { value: Role; label: string }[] = [
  { value: "facilities", label: "Facilities: does the work" },
  { value: "sales", label: "Sales: promises rooms" },
  { value: "viewer", label: "Viewer: walls and doors, no client names" },
  { value: "admin", label: "Administrator: everything" },
];

/** Who has an account, and one-time links to sign in with. */
export function PeoplePanel(): ReactElement {
  const people = usePeople();
  const [isAdding, setAdding] = useState(false);
  const link = useSignInLink();
  return (
    <>
      <QueryPanel
        title="People"
        what="People"
        query={people}
        aside={<Button onClick={() => setAdding(true)}>Add somebody</Button>}
        empty={
          <Blank compact icon={<IconUsers size={20} />} title="Nobody has an account">
            Add people so that work can be given to them.
          </Blank>
        }
      >
        {(items) => (
          <PeopleTable
            people={items}
            onLink={(id) =>
              link.mutate(id, {
                onError: (error) =>
                  notifications.show({ color: "red", title: "No link was made", message: refusalOf(error) }),
              })
            }
          />
        )}
      </QueryPanel>
      <Modal opened={isAdding} onClose={() => setAdding(false)} title="Add somebody">
        <AddPerson onDone={() => setAdding(false)} />
      </Modal>
      <Modal opened={link.data !== undefined} onClose={() => link.reset()} title="A link to sign in with">
        {link.data !== undefined && (
          <div className={form["form"]}>
            <p>It works once. Whoever opens it is signed in as that person, so send it to nobody else.</p>
            <code className={key["key"]}>{link.data.url}</code>
            <div className={form["foot"]}>
              <CopyButton value={link.data.url}>
                {({ copied, copy }) => <Button onClick={copy}>{copied ? "Copied" : "Copy the link"}</Button>}
              </CopyButton>
            </div>
          </div>
        )}
      </Modal>
    </>
  );
}

function PeopleTable({
  people,
  onLink,
}: {
  people: readonly PersonView[];
  onLink: (id: string) => void;
}): ReactElement {
  const disable = useDisablePerson();
  return (
    <table className={table["table"]}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">E-mail</th>
          <th scope="col">Role</th>
          <th scope="col">
            <span className="visually-hidden">Change</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.id}>
            <td className={table["strong"]}>
              {person.name} {person.disabled && <span className={table["muted"]}>— may not sign in</span>}
            </td>
            <td className={table["muted"]} data-label="E-mail">
              {person.email}
            </td>
            <td data-label="Role">{person.role}</td>
            <td className={`${table["figure"]} ${table["nowrap"]}`} data-actions>
              {!person.disabled && (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="gray"
                  aria-label={`Sign-in link for ${person.name}`}
                  onClick={() => onLink(person.id)}
                >
                  Sign-in link
                </Button>
              )}
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                aria-label={`${person.disabled ? "Let in" : "Shut out"} ${person.name}`}
                onClick={() =>
                  disable.mutate(
                    { id: person.id, disabled: !person.disabled },
                    {
                      onError: (error) =>
                        notifications.show({ color: "red", title: "Not changed", message: refusalOf(error) }),
                    },
                  )
                }
              >
                {person.disabled ? "Let in" : "Shut out"}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function AddPerson({ onDone }: { onDone: () => void }): ReactElement {
  const add = useAddPerson();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("facilities");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate({ name, email, role }, { onSuccess: onDone });
  };
  return (
    <form className={form["form"]} onSubmit={submit}>
      <TextInput
        label="Name"
        required
        maxLength={128}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="E-mail"
        type="email"
        required
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <Select
        label="Role"
        allowDeselect={false}
        data={roles}
        value={role}
        onChange={(value) => {
          if (value !== null) setRole(value);
        }}
      />
      {add.isError && (
        <p className={form["refused"]} role="alert">
          {refusalOf(add.error)}
        </p>
      )}
      <div className={form["foot"]}>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={add.isPending}>
          Add
        </Button>
      </div>
    </form>
  );
}

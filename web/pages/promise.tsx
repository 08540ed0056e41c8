import "@mantine/dates/styles.css";
import { Button, Chip, NumberInput, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconCalendarQuestion, IconLink } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import type { PromiseAnswer, PromiseOption as Option } from "#contract/api/requests.ts";
import type { TemplateView } from "#contract/api/templates.ts";
import type { RoomView } from "#contract/api/views.ts";
import { Blank, Failed } from "../components/blank.tsx";
import { DayField } from "../components/day-field.tsx";
import { BookDialog } from "../components/book-dialog.tsx";
import { ForRoles } from "../components/for-roles.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { PromiseOption } from "../components/promise-option.tsx";
import { TimeField } from "../components/time-field.tsx";
import { Bone, Loading } from "../components/skeleton.tsx";
import { useRooms } from "../data/live/use-live.ts";
import { useNow } from "../data/now.ts";
import { usePromise } from "../data/promise.ts";
import { useTemplates } from "../data/templates.ts";
import { readerZone } from "../data/reader-zone.ts";
import { capabilityWords } from "../words/check-words.ts";
import { zoneNote } from "../words/time-words.ts";
import { promiseInput, type Question, questionOf } from "./promise-question.ts";
import styles from "./promise.module.css";
import { floorInside } from "../words/floor-words.ts";

const TYPING_MS = 250;

/** Can I promise this? The answer appears as the question is typed. */
export function PromisePage(): ReactElement {
  return (
    <ForRoles roles={["sales", "facilities", "admin"]} page="Promise" needs="sales">
      <PromiseFinder />
    </ForRoles>
  );
}

function PromiseFinder(): ReactElement {
  const search = useSearch({ from: "/signed-in/frame/promise" });
  const navigate = useNavigate();
  const rooms = useRooms();
  const now = useNow(60_000);
  const zone = rooms.find((room) => room.key === search.room)?.zone ?? rooms[0]?.zone ?? readerZone();
  const question = questionOf(search, now, zone);
  const asked = promiseInput(question, zone, now);
  // Compared as text: the same question in another object is no new question.
  const text = JSON.stringify(asked);
  const [settled] = useDebouncedValue(text, TYPING_MS);
  const ready = JSON.parse(settled) as ReturnType<typeof promiseInput>;
  const answer = usePromise("input" in ready ? ready.input : undefined);
  const templates = useTemplates().data ?? noTemplates;
  const [booking, setBooking] = useState<Option>();
  const note = zoneNote(zone, readerZone(), now);

  const change = (part: Partial<Question>): void => {
    const next = { ...question, ...part };
    void navigate({
      to: "/promise",
      replace: true,
      search: {
        day: next.day,
        from: next.from,
        to: next.to,
        ...(next.room === undefined ? {} : { room: next.room }),
        ...(next.people === undefined ? {} : { people: next.people }),
        ...(next.kind === undefined ? {} : { kind: next.kind }),
        ...(next.needs.length === 0 ? {} : { needs: next.needs.join(",") }),
      },
    });
  };
  return (
    <>
      <PageTitle
        title="Can I promise this?"
        lede={`Say when and for how many; the rooms that will do are listed, best first.${note === undefined ? "" : ` Times are ${note}.`}`}
      >
        <CopyLink />
      </PageTitle>
      <div className={styles["columns"]}>
        <Ask question={question} rooms={rooms} templates={templates} onChange={change} />
        {"missing" in asked ? (
          <Blank icon={<IconCalendarQuestion size={20} />} title={asked.missing} />
        ) : (
          <Answers
            answer={answer.data}
            error={answer.error}
            isWaiting={answer.isPlaceholderData || settled !== text}
            onBook={setBooking}
          />
        )}
      </div>
      <BookDialog
        option={booking}
        template={templates.find(({ id }) => id === question.kind)}
        asked={"input" in asked ? asked.input : undefined}
        onClose={() => setBooking(undefined)}
        onBooked={() => {
          setBooking(undefined);
          void navigate({ to: "/visits" });
        }}
      />
    </>
  );
}

function CopyLink(): ReactElement {
  const copy = (): void => {
    navigator.clipboard.writeText(location.href).then(
      () => notifications.show({ title: "Copied", message: "The link asks the same question." }),
      () =>
        notifications.show({ color: "red", title: "Not copied", message: "Copy the address of this page instead." }),
    );
  };
  return (
    <Button variant="default" leftSection={<IconLink size={16} aria-hidden="true" />} onClick={copy}>
      Copy link
    </Button>
  );
}

const noTemplates: readonly never[] = [];

interface AskProps {
  question: Question;
  rooms: readonly RoomView[];
  templates: readonly TemplateView[];
  onChange: (part: Partial<Question>) => void;
}

function Ask({ question, rooms, templates, onChange }: AskProps): ReactElement {
  const choose = (kind: string | null): void => {
    const needs = templates.find(({ id }) => id === kind)?.needs;
    onChange({
      kind: kind ?? undefined,
      ...(needs?.capabilities === undefined ? {} : { needs: needs.capabilities }),
      ...(needs?.people === undefined ? {} : { people: needs.people }),
    });
  };
  return (
    <form className={styles["ask"]} aria-label="The visit" onSubmit={(event) => event.preventDefault()}>
      <DayField label="Day" value={question.day} onChange={(day) => onChange({ day })} />
      <div className={styles["chips"]} style={{ flexWrap: "nowrap" }}>
        <TimeField label="From" value={question.from} onChange={(from) => onChange({ from })} />
        <TimeField label="Until" value={question.to} onChange={(to) => onChange({ to })} />
      </div>
      <NumberInput
        label="People"
        placeholder="Any number"
        min={1}
        max={1_000}
        allowDecimal={false}
        value={question.people ?? ""}
        onChange={(people) => onChange({ people: typeof people === "number" ? people : undefined })}
      />
      <Select
        label="Kind of visit"
        placeholder="Any kind"
        clearable
        value={question.kind ?? null}
        onChange={choose}
        data={templates.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <fieldset className={styles["fieldset"]}>
        <legend className={styles["legend"]}>Needs</legend>
        <Chip.Group multiple value={question.needs} onChange={(needs) => onChange({ needs })}>
          <div className={styles["chips"]}>
            {Object.entries(capabilityWords).map(([name, words]) => (
              <Chip key={name} value={name} size="sm" radius="sm" variant="outline">
                {words}
              </Chip>
            ))}
          </div>
        </Chip.Group>
      </fieldset>
      <Select
        label="A room in mind?"
        placeholder="Any room"
        searchable
        clearable
        nothingFoundMessage="No room is called that"
        value={question.room ?? null}
        onChange={(room) => onChange({ room: room ?? undefined })}
        data={rooms.map((room) => ({ value: room.key, label: `${room.name}, ${floorInside(room.floor)}` }))}
      />
    </form>
  );
}

interface AnswersProps {
  answer: PromiseAnswer | undefined;
  error: Error | null;
  isWaiting: boolean;
  onBook: (option: Option) => void;
}

function Answers({ answer, error, isWaiting, onBook }: AnswersProps): ReactElement {
  if (answer === undefined && error !== null) return <Failed what="The answer" error={error} />;
  if (answer === undefined)
    return (
      <Loading what="the answer">
        <div className={styles["answers"]}>
          <Bone height="8rem" />
          <Bone height="8rem" />
          <Bone height="8rem" />
        </div>
      </Loading>
    );
  return (
    <section className={styles["answers"]} aria-label="Answers" aria-live="polite" aria-busy={isWaiting}>
      {answer.asked !== undefined && (
        <>
          <h2>The room you have in mind</h2>
          <PromiseOption option={answer.asked} isBest={answer.asked.answer === "yes"} onBook={onBook} />
        </>
      )}
      {answer.options.length > 0 && <h2>{answer.asked === undefined ? "Best first" : "Other rooms, best first"}</h2>}
      {answer.options.map((option, index) => (
        <PromiseOption
          key={option.room.key}
          option={option}
          isBest={index === 0 && answer.asked?.answer !== "yes"}
          onBook={onBook}
        />
      ))}
      {answer.options.length === 0 && (
        <Blank compact icon={<IconCalendarQuestion size={20} />} title="No other room will do">
          Every room is either taken at that time or lacks something. Try another time, fewer people, or one need less.
        </Blank>
      )}
    </section>
  );
}

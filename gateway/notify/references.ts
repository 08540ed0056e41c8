/** What is wrong between the parts of a configuration, and where. */
export interface ReferenceFault {
  path: (string | number)[];
  message: string;
}

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const ADDRESS = /^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/;
const LOCAL = ["localhost", "127.0.0.1", "::1"];

/**
 * Whether what the configuration names is there, and its parts agree. Takes whatever was written, right or wrong in its shape,
 * so that these faults are listed beside those; a part that cannot be read at all is not asked for what it might have held.
 */
export function referenceFaults(config: unknown): ReferenceFault[] {
  const { channels = {}, contacts = [], levels = [], owners = {} } = fieldsOf(config) ?? {};
  const ids = contactIds(contacts);
  const written = { channels: fieldsOf(channels), contacts: listOf(contacts), levels: listOf(levels) };
  return [
    ...channelFaults(written.channels ?? {}),
    ...contactFaults(written.contacts ?? [], written.channels),
    ...(written.levels ?? []).flatMap((members, level) => memberFaults(members, ["levels", level], ids)),
    ...Object.entries(fieldsOf(owners) ?? {}).flatMap(([remedy, members]) =>
      memberFaults(members, ["owners", remedy], ids),
    ),
    ...(written.contacts !== undefined && written.contacts.length > 0 && written.levels?.length === 0
      ? [{ path: ["levels"], message: "names nobody, so nobody would be told: name contacts for level 0 at least" }]
      : []),
  ];
}

function channelFaults(channels: Fields): ReferenceFault[] {
  return Object.entries(channels).flatMap(([id, written]) => {
    const faults: ReferenceFault[] = [];
    const { kind, host, user, password, security } = fieldsOf(written) ?? {};
    if (!NAME.test(id)) faults.push({ path: ["channels", id], message: "must be called by 1 to 63 of a-z, 0-9 and -" });
    if (kind !== "email") return faults;
    if ((user === undefined) !== (password === undefined))
      faults.push({ path: ["channels", id, "user"], message: "needs its password beside it, and a password its user" });
    if (security === "none" && password !== undefined && !LOCAL.includes(String(host)))
      faults.push({
        path: ["channels", id, "security"],
        message: "would send the password unencrypted: use starttls or tls",
      });
    return faults;
  });
}

function contactFaults(contacts: readonly unknown[], channels: Fields | undefined): ReferenceFault[] {
  const seen = new Set<string>();
  return contacts.flatMap((written, i) => {
    const faults: ReferenceFault[] = [];
    const { id, channel, to } = fieldsOf(written) ?? {};
    if (typeof id === "string" && seen.has(id))
      faults.push({ path: ["contacts", i, "id"], message: `there are two contacts called ${id}` });
    if (typeof id === "string") seen.add(id);
    if (channels === undefined || typeof channel !== "string" || !NAME.test(channel)) return faults;
    if (!Object.hasOwn(channels, channel))
      faults.push({ path: ["contacts", i, "channel"], message: `there is no channel called ${channel}` });
    else if (fieldsOf(channels[channel])?.["kind"] === "email" && (to === undefined || isNoAddress(to)))
      faults.push({ path: ["contacts", i, "to"], message: "must be one mail address" });
    return faults;
  });
}

/** Members without a contact; where the contacts cannot be read, nobody can say. */
function memberFaults(members: unknown, path: (string | number)[], ids: Set<string> | undefined): ReferenceFault[] {
  if (ids === undefined) return [];
  return (listOf(members) ?? []).flatMap((id, i) =>
    typeof id === "string" && NAME.test(id) && !ids.has(id)
      ? [{ path: [...path, i], message: `there is no contact called ${id}` }]
      : [],
  );
}

function contactIds(contacts: unknown): Set<string> | undefined {
  const ids = listOf(contacts)?.map((contact) => fieldsOf(contact)?.["id"]);
  return ids && new Set(ids.filter((id) => typeof id === "string"));
}

const isNoAddress = (to: unknown): boolean => typeof to === "string" && !ADDRESS.test(to);

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
const listOf = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined);

import type { Needs } from "#contract/messages/room.ts";

/** What a visit needs in all: its template's needs and, key by key over them, its own. */
export function askedNeeds(own: Needs, template: Needs | undefined): Needs {
  if (template === undefined) return own;
  const comfort = { ...template.comfort, ...own.comfort };
  return { ...template, ...own, ...(Object.keys(comfort).length > 0 ? { comfort } : {}) };
}

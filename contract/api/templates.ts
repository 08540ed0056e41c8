/** Named sets of needs that demos are planned with. */
import { z } from "zod";
import { Id } from "../ids.ts";
import { Needs } from "../messages/room.ts";

const Target = z.number().min(0.5).max(0.999);
/** Words of an event's category or title by which a template is chosen. */
const Words = z.array(z.string().trim().min(2).max(64)).max(32);

export const TemplateInput = z
  .object({
    name: z.string().trim().min(1).max(64),
    needs: Needs,
    /** P(ready at arrival) that its visits are to reach; 0.95 unless given. */
    target: Target.optional(),
    words: Words.optional(),
    /** For every visit that names no template and holds none of their words; one template at most. */
    is_default: z.boolean().optional(),
  })
  .meta({ id: "TemplateInput" });
export type TemplateInput = z.infer<typeof TemplateInput>;

export const TemplateView = z
  .object({
    id: Id,
    name: z.string(),
    needs: Needs,
    target: Target.optional(),
    words: z.array(z.string()),
    is_default: z.boolean(),
    /** Visits that run or come and use it: a change of the template changes them. */
    visits: z.int(),
    /** Whoever asks may change it. */
    editable: z.boolean(),
    revision: z.int(),
  })
  .meta({ id: "Template" });
export type TemplateView = z.infer<typeof TemplateView>;

/** Changes one side of a visit and leaves the rest; `null` takes back what was said. */
export const DemoChange = z
  .object({
    template: Id.nullable().optional(),
    /** What this visit needs beside or instead of its template: key by key it wins over it. `{}` for nothing. */
    needs: Needs.optional(),
    target: Target.nullable().optional(),
    access: z.enum(["arranged", "missing"]).nullable().optional(),
  })
  .meta({ id: "DemoChange" });
export type DemoChange = z.infer<typeof DemoChange>;

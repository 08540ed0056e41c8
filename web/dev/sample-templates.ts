import type { TemplateView } from "#contract/api/templates.ts";

/** The templates of the sample building. */
export const makeTemplates = (): TemplateView[] => [
  template("executive-briefing", "Executive briefing", 1, {
    needs: {
      capabilities: ["display", "video_call", "audio"],
      comfort: {
        temperature_c: { ready: [21, 23.5], usable: [20, 25] },
        co2_ppm: { ready: [0, 950], usable: [0, 1_200] },
      },
      reset_visit: true,
    },
    target: 0.97,
    words: ["executive", "briefing", "board"],
  }),
  template("hybrid-demo", "Hybrid demo", 9, {
    needs: { capabilities: ["display", "video_call"] },
    words: ["hybrid", "video call"],
  }),
  template("in-person-pitch", "In-person pitch", 4, {
    needs: { capabilities: ["display"] },
    words: ["pitch"],
    is_default: true,
  }),
  template("training", "Training", 0, { needs: { capabilities: ["display", "whiteboard"] }, words: ["training"] }),
];

const template = (id: string, name: string, visits: number, more: Partial<TemplateView>): TemplateView => ({
  id,
  name,
  needs: {},
  words: [],
  is_default: false,
  visits,
  editable: true,
  revision: 1,
  ...more,
});

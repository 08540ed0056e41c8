import { describeMainStory } from "./main-story.ts";
import { AGENT, ROOM_KEY, StoryAgent } from "./story-room.ts";
import { WholeProgram } from "./whole-program.ts";

describeMainStory("all in one, with its own broker", async ({ hook, notify }) => {
  const program = await WholeProgram.start({ config: { notify }, env: { HOOK_SECRET: hook.secret } });
  return {
    dataDir: program.dataDir,
    url: () => program.url,
    facilities: () => program.as("facilities"),
    signIn: async () => StoryAgent.signIn(program.mqtt, { key: await program.agentKey(AGENT, ROOM_KEY) }),
    restart: async (signal) => {
      await (signal === "SIGTERM" ? program.stop() : program.kill9());
      await program.start();
    },
    dispose: () => program.dispose(),
  };
});

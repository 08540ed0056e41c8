import { describe } from "vitest";
import { findMosquitto, type MosquittoOptions, startMosquitto } from "#test/peers/mosquitto.ts";
import { Apart } from "./apart.ts";
import { describeMainStory } from "./main-story.ts";
import { StoryAgent } from "./story-room.ts";
import { WholeProgram } from "./whole-program.ts";

/** What the broker keeps survives its own end, as Greenroom asks of a broker (docs/deploy.md). */
const keeps: MosquittoOptions = { persistence: true };

describe.skipIf(findMosquitto() === undefined)("beside a real Mosquitto (apt-get install mosquitto)", () => {
  describeMainStory("all in one, with Mosquitto as its broker", async ({ hook, notify }) => {
    const mosquitto = await startMosquitto(keeps);
    const program = await WholeProgram.start({
      config: { notify },
      env: { HOOK_SECRET: hook.secret },
      broker: mosquitto.url,
    });
    return {
      dataDir: program.dataDir,
      url: () => program.url,
      facilities: () => program.as("facilities"),
      signIn: () => StoryAgent.signIn(mosquitto.url),
      restart: async (signal) => {
        await (signal === "SIGTERM" ? program.stop() : program.kill9());
        await program.start();
      },
      dispose: async () => {
        await program.dispose();
        await mosquitto.dispose();
      },
    };
  });

  describeMainStory("gateway and server apart, with Mosquitto between them", async ({ hook, notify }) => {
    const mosquitto = await startMosquitto(keeps);
    const apart = await Apart.start({ notify, broker: { url: mosquitto.url } }, { HOOK_SECRET: hook.secret });
    return {
      dataDir: apart.dataDir,
      url: () => apart.url,
      facilities: () => apart.facilities(),
      signIn: () => StoryAgent.signIn(mosquitto.url),
      restart: async (signal) => {
        await apart.end(signal);
        await apart.start();
      },
      dispose: async () => {
        await apart.dispose();
        await mosquitto.dispose();
      },
    };
  });
});

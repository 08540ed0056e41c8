import { type Device, reports } from "../rooms/device.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { Ask, Check, Part, Scene } from "./check.ts";
import { lookAtGear, readsOf } from "./gear-check.ts";

const AUDIO_METRICS = ["microphones_connected", "speaker_connected", "microphone_muted"] as const;

/** A microphone and a loudspeaker are connected and the microphone is live. Needed for calls and for audio alike. */
export const audio: Check = {
  id: "audio",
  weight: 12,
  require(ask: Ask, room) {
    const needs = ask.needs.capabilities ?? [];
    if (!needs.includes("audio") && !needs.includes("video_call")) return undefined;
    if (audioDevices(room, needs.includes("audio")).length === 0) return undefined;
    const key = needs.includes("audio") ? "audio" : "audio:call";
    const devices = key === "audio";
    const reads = readsOf(room, audioDevices(room, devices));
    return { check: audio, key, weight: audio.weight, hard: true, reads, look: (scene) => look(scene, devices) };
  },
};

/** Whatever reports audio; when audio itself is needed, also codecs that never did. */
function audioDevices(room: RoomState, isNeeded: boolean): readonly Device[] {
  const telling = room.ranked.filter(
    (device) => device.card !== undefined && AUDIO_METRICS.some((metric) => reports(device, metric)),
  );
  return telling.length > 0 || !isNeeded ? telling : room.ofKind("codec");
}

const look = (scene: Scene, isNeeded: boolean): Part[] =>
  audioDevices(scene.room, isNeeded).map((device) =>
    lookAtGear(scene, device, {
      kind: device.card?.kind === "codec" ? "codec" : "audio",
      key: `audio:${device.device}`,
      essential: AUDIO_METRICS,
      thing: "the sound",
      wellSays: "has microphone and loudspeaker",
      offlineIsFault: true,
      faults: (word) => {
        const microphones = word("microphones_connected");
        const most = device.slots.get("microphones_connected")?.most ?? 0;
        return [
          microphones === 0
            ? {
                outcome: "not_ready",
                code: "NO_MICROPHONE",
                metric: "microphones_connected",
                value: 0,
                says: "sees no microphone",
              }
            : undefined,
          word("speaker_connected") === false
            ? {
                outcome: "not_ready",
                code: "NO_SPEAKER",
                metric: "speaker_connected",
                value: false,
                says: "sees no loudspeaker",
              }
            : undefined,
          word("microphone_muted") === true
            ? {
                outcome: "degraded",
                code: "MICROPHONE_MUTED",
                metric: "microphone_muted",
                value: true,
                says: "has its microphones muted",
              }
            : undefined,
          typeof microphones === "number" && microphones > 0 && microphones < most
            ? {
                outcome: "degraded",
                code: "MICROPHONE_MISSING",
                metric: "microphones_connected",
                value: microphones,
                says: `sees ${microphones} of ${most} microphones`,
              }
            : undefined,
        ];
      },
    }),
  );

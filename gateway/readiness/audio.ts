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
    const telling = tellingDevices(room);
    const devices = telling.length > 0 || !needs.includes("audio") ? telling : room.ofKind("codec");
    if (devices.length === 0) return undefined;
    const reads = readsOf(room, devices);
    return {
      check: audio,
      key: "audio",
      weight: audio.weight,
      hard: true,
      reads,
      look: (scene) => look(scene, devices),
    };
  },
};

/** Whatever reports audio; when audio itself is needed, codecs that never did stand in for it. */
const tellingDevices = (room: RoomState): readonly Device[] =>
  room.ranked.filter((device) => device.card !== undefined && AUDIO_METRICS.some((metric) => reports(device, metric)));

const look = (scene: Scene, devices: readonly Device[]): Part[] =>
  devices.map((device) =>
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
          typeof microphones === "number" && microphones < most
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

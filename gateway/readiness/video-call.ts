import type { Ask, Check, Part, Scene } from "./check.ts";
import { lookAtGear, readsOf } from "./gear-check.ts";

/** The codec is registered with its call service and sees its cameras. One camera fewer than it had lowers; none blocks. */
export const videoCall: Check = {
  id: "video_call",
  weight: 15,
  require(ask: Ask, room) {
    if (ask.needs.capabilities?.includes("video_call") !== true) return undefined;
    const codecs = room.ofKind("codec");
    if (codecs.length === 0) return undefined;
    const reads = readsOf(room, codecs);
    return { check: videoCall, key: "video_call", weight: videoCall.weight, hard: true, reads, look };
  },
};

const look = (scene: Scene): Part[] =>
  scene.room.ofKind("codec").map((device) =>
    lookAtGear(scene, device, {
      kind: "codec",
      key: `video_call:${device.device}`,
      essential: ["registered", "reachable"],
      thing: "the video call",
      wellSays: "is registered and sees its cameras",
      offlineIsFault: true,
      recoversBy: ["registered", "reachable"],
      faults: (word) => {
        const cameras = word("cameras_connected");
        const most = device.slots.get("cameras_connected")?.most ?? 0;
        return [
          word("reachable") === false
            ? {
                outcome: "not_ready",
                code: "CODEC_UNREACHABLE",
                metric: "reachable",
                value: false,
                says: "does not answer",
              }
            : undefined,
          word("registered") === false
            ? {
                outcome: "not_ready",
                code: "CODEC_UNREGISTERED",
                metric: "registered",
                value: false,
                says: "is not registered for calls",
              }
            : undefined,
          cameras === 0
            ? { outcome: "not_ready", code: "NO_CAMERA", metric: "cameras_connected", value: 0, says: "sees no camera" }
            : undefined,
          typeof cameras === "number" && cameras < most
            ? {
                outcome: "degraded",
                code: "CAMERA_MISSING",
                metric: "cameras_connected",
                value: cameras,
                says: `sees ${cameras} of ${most} cameras`,
              }
            : undefined,
        ];
      },
    }),
  );

import type { LiveDelta, LiveMessage, LiveSnapshot } from "#contract/api/live.ts";
import type { AlertView, DemoView, RoomView, SystemView } from "#contract/api/views.ts";

/** All that the feed has told so far. Immutable: a collection is a new map exactly when something in it changed. */
export interface LiveState {
  /** The server's run; a new one has another, and then the numbers begin anew. */
  epoch: string | undefined;
  seq: number;
  /** The server's time of the newest message. */
  at: string | undefined;
  rooms: ReadonlyMap<string, RoomView>;
  demos: ReadonlyMap<string, DemoView>;
  alerts: ReadonlyMap<string, AlertView>;
  system: SystemView | undefined;
}

export const emptyLiveState: LiveState = {
  epoch: undefined,
  seq: 0,
  at: undefined,
  rooms: new Map(),
  demos: new Map(),
  alerts: new Map(),
  system: undefined,
};

/** What a message did: moved the state on, said nothing new, or showed that something was missed. */
export type LiveStep = { kind: "moved"; state: LiveState } | { kind: "same" } | { kind: "hole" };

/** Applies one message of the feed. Pure, so that order, holes and resumption are tested without a socket. */
export function stepLiveState(state: LiveState, message: LiveMessage): LiveStep {
  switch (message.type) {
    case "hello":
      // A resumed feed goes on from what we have; otherwise a snapshot follows, and until then what we have stays shown.
      return message.resumed && (message.epoch !== state.epoch || state.epoch === undefined)
        ? { kind: "hole" }
        : { kind: "same" };
    case "snapshot":
      return { kind: "moved", state: fromSnapshot(message) };
    case "ping":
      if (state.epoch === undefined || message.seq > state.seq) return { kind: "hole" };
      return { kind: "moved", state: { ...state, at: message.at } };
    case "delta":
      if (state.epoch === undefined || message.seq > state.seq + 1) return { kind: "hole" };
      if (message.seq <= state.seq) return { kind: "same" };
      return { kind: "moved", state: fromDelta(state, message) };
    default:
      // A newer server may say more than this page knows.
      return { kind: "same" };
  }
}

const fromSnapshot = (snapshot: LiveSnapshot): LiveState => ({
  epoch: snapshot.epoch,
  seq: snapshot.seq,
  at: snapshot.at,
  rooms: new Map(snapshot.rooms.map((room) => [room.key, room])),
  demos: new Map(snapshot.demos.map((demo) => [demo.id, demo])),
  alerts: new Map(snapshot.alerts.map((alert) => [alert.id, alert])),
  system: snapshot.system,
});

const fromDelta = (state: LiveState, delta: LiveDelta): LiveState => ({
  epoch: state.epoch,
  seq: delta.seq,
  at: delta.at,
  rooms: changed(state.rooms, delta.rooms, delta.gone?.rooms, (room) => room.key),
  demos: changed(state.demos, delta.demos, delta.gone?.demos, (demo) => demo.id),
  alerts: changed(state.alerts, delta.alerts, delta.gone?.alerts, (alert) => alert.id),
  system: delta.system ?? state.system,
});

function changed<T>(
  before: ReadonlyMap<string, T>,
  put: readonly T[] | undefined,
  gone: readonly string[] | undefined,
  idOf: (thing: T) => string,
): ReadonlyMap<string, T> {
  if ((put === undefined || put.length === 0) && (gone === undefined || gone.length === 0)) return before;
  const after = new Map(before);
  for (const thing of put ?? []) after.set(idOf(thing), thing);
  for (const id of gone ?? []) after.delete(id);
  return after;
}

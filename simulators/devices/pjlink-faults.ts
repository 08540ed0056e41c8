/** What can go wrong with a display, by name. Several may hold at once. */
export const pjlinkFaults = {
  refuses: "The port is closed.",
  hangs: "It takes connections and never says anything.",
  "half-answers": "Every answer breaks off before its end.",
  "wrong-digest": "It refuses every password.",
  garbage: "It answers with bytes that are no PJLink.",
  slow: "Every answer takes three seconds.",
  "one-connection": "A connection gets one answer and is closed; a second connection beside it is closed at once.",
  reboots: "It drops its connections, is away for twenty seconds and comes back in standby.",
  "lamp-dead": "Its lamp fails at power-on: it falls back to standby and reports a lamp error.",
  "eco-standby": "It shuts its network while it is in standby.",
} as const;

export type PjlinkFault = keyof typeof pjlinkFaults;

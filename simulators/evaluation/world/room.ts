/** One room as it really is. The learner never sees this. */
export interface Room {
  index: number;
  floor: number;
  /** How far down the corridor. */
  place: number;
  seats: number;
  /** K/h at full power. */
  recovery: number;
  /** Hours until a room without plant has lost its warmth. */
  leak: number;
  airChanges: number;
  volume: number;
  plantOnMin: number;
}

/** Figures of one horizon. Errors in the quantity's own unit, shares 0 to 1; null where nothing was forecast. */
export interface HorizonFigures {
  /** Forecasts that were compared. */
  n: number;
  mae: number | null;
  /** Of "as now". */
  mae_persistence: number | null;
  /** 1 − mae / mae_persistence. */
  skill: number | null;
  /** In how many rooms the mean absolute error is below persistence's, of the rooms with forecasts. */
  rooms_better: number;
  rooms_scored: number;
  /** Share of what came that lies within the 90 % interval. */
  coverage_90: number | null;
  /** Of P(inside the band), against what came; and of persistence, which says 0 or 1. */
  brier_band: number | null;
  brier_band_persistence: number | null;
}

export interface RoomFigures {
  n: number;
  mae: number | null;
  mae_persistence: number | null;
  skill: number | null;
  coverage_90: number | null;
}

/** One quantity of a data set: every horizon over all rooms, and room by room. */
export interface QuantityFigures {
  rooms: number;
  horizons: Record<string, HorizonFigures>;
  /** The same, only from when three working days have been seen. */
  horizons_after_3_working_days: Record<string, HorizonFigures>;
  by_room: Record<string, Record<string, RoomFigures>>;
}

/** What the real-data test found. At the top stands temperature (K); CO₂ (ppm) under its own key. */
export interface ForecastReport extends QuantityFigures {
  kind: string;
  /** What only teaches: calendar days, or working days. */
  learn: { days: number; of: "calendar" | "working" };
  /** The largest learner that a room ended with, as text. */
  state_bytes: number;
  co2: QuantityFigures;
}

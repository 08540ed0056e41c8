/** Floors are whatever a building calls them; a bare number alone would not be read as one. */
const isNumber = (floor: string): boolean => /^-?\d+$/.test(floor);

/** "Floor 12", "12F", "Ground" */
export const floorWords = (floor: string): string => (isNumber(floor) ? `Floor ${floor}` : floor);

/** In the middle of a line: "floor 12", "12F" */
export const floorInside = (floor: string): string => (isNumber(floor) ? `floor ${floor}` : floor);

/** Where there is hardly any room: "12F" */
export const floorShort = (floor: string): string => (isNumber(floor) ? `${floor}F` : floor);

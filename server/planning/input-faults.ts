import { GreenroomError } from "#contract/errors.ts";

export interface InputFault {
  /** The field or line. */
  where: string;
  why: string;
}

/** Input of a person with everything that is wrong with it, at once. */
export class InputFaults extends GreenroomError {
  readonly faults: readonly InputFault[];

  constructor(faults: readonly InputFault[]) {
    super("INPUT_INVALID", faults.map((fault) => `${fault.where}: ${fault.why}`).join("; "));
    this.faults = faults;
  }
}

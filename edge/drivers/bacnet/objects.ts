import { ObjectType } from "@bacnet-js/client";

export interface ObjectId {
  type: number;
  instance: number;
}

const TYPES: Readonly<Record<string, number>> = {
  "analog-input": ObjectType.ANALOG_INPUT,
  "analog-output": ObjectType.ANALOG_OUTPUT,
  "analog-value": ObjectType.ANALOG_VALUE,
  "binary-input": ObjectType.BINARY_INPUT,
  "binary-output": ObjectType.BINARY_OUTPUT,
  "binary-value": ObjectType.BINARY_VALUE,
  "multi-state-input": ObjectType.MULTI_STATE_INPUT,
  "multi-state-output": ObjectType.MULTI_STATE_OUTPUT,
  "multi-state-value": ObjectType.MULTI_STATE_VALUE,
};

/** "analog-input,4" as it goes over the wire. */
export function objectIdOf(name: string): ObjectId {
  const [type = "", instance = ""] = name.split(",");
  return { type: TYPES[type] ?? ObjectType.ANALOG_INPUT, instance: Number(instance) };
}

/** Devices say their own name for it only where they are asked by it. */
export const objectKey = ({ type, instance }: ObjectId): string => `${type},${instance}`;

export const isAnalog = (name: string): boolean => name.startsWith("analog");
